"""Names and sentences of the demo laboratory, English and Japanese. All people and practices are made up."""

GIVEN = tuple(
    "Alice Brian Carmen Daniel Elena Frank Grace Hugo Irene James Karen Louis Maria Nathan Olivia Peter Quinn "
    "Rosa Samuel Teresa Ulric Victor Wendy Xavier Yvonne Zachary Amber Bruno Chloe Derek Emily Felix Gina Henry Isabel "
    "Jonas Kelly Leo Megan Noah Paula Ryan Sofia Thomas Vera Walter".split()
)
FAMILY = tuple(
    "Adams Baker Carter Diaz Evans Fischer Garcia Hughes Ibarra Johnson Kim Lopez Miller Nguyen O'Brien Patterson "
    "Quigley Ramirez Stewart Turner Underwood Vasquez Walker Xiong Young Zimmerman Bennett Coleman D'Angelo Ellis "
    "Foster Graham Hayes Jensen Keller Lambert Mendez Norris Ortega Price Reyes Schmidt Torres Vaughn Whitfield".split()
)
GIVEN_IN = tuple(
    "Aarav Ananya Arjun Diya Ishaan Kavya Lakshmi Meera Neha Nikhil Priya Rahul Rohan Sanjay Vikram".split()
)
FAMILY_IN = tuple("Agarwal Bose Chopra Desai Gupta Iyer Joshi Kapoor Mehta Nair Patel Rao Reddy Sharma Singh".split())
GIVEN_JP = tuple("陽子 健太 美咲 翔太 さくら 大輔 恵子 直樹 由美 拓也 愛 誠 千尋 和也 花子".split())
FAMILY_JP = tuple("佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本".split())
GIVEN_TH = tuple("Anong Chai Kanya Lek Malee Niran Pim Somchai Suda Thanom Wichai".split())
FAMILY_TH = tuple("Boonmee Chaiyasit Kittisak Phongsri Rattanakul Saetang Srisai Suwan Thongchai Wongsa".split())
#: Country as spelt in the old system → given names, family names. Others use GIVEN and FAMILY.
NAMES = {"Japan": (GIVEN_JP, FAMILY_JP), "India": (GIVEN_IN, FAMILY_IN), "Thailand": (GIVEN_TH, FAMILY_TH)}

PRACTICES = (
    "Smile Studio",
    "Family Orthodontics",
    "Dental Arts",
    "Align Center",
    "Orthodontic Group",
    "Dental Clinic",
    "Braces & Beyond",
    "Tooth Works",
)
PRACTICES_JP = ("矯正歯科", "歯科クリニック", "デンタルオフィス", "歯科医院")
STREETS = ("Main St", "Oak Avenue", "Maple Dr", "Sunset Blvd", "2nd Street", "Harbor Road", "College Ave", "Park Lane")

COMPLAINTS = (
    "Crowding of lower incisors",
    "Spacing between upper front teeth",
    "Deep bite",
    "Open bite",
    "前歯の叢生",
    "Crossbite on the left",
    "Relapse after earlier treatment",
    "下顎の前突",
)
NOTES = (
    "Please keep the midline.",
    "No IPR on the canines, please.",
    "Patient travels in June; ship early.",
    "歯間削合は最小限にしてください。",
    "Attachments are fine.",
    "Match the lower arch to the upper one.",
    "抜歯なしでお願いします。",
    "Use the photos of the second visit.",
)
OBJECTIVES = ("align", "close spaces", "correct bite", "improve smile arc")
MESSAGES = (
    "Thank you, the plan looks good.",
    "Could you please upload a new scan of the lower jaw?",
    "Shipment is delayed by one day.",
    "プランを確認しました。よろしくお願いします。",
    "The patient asks for a shorter treatment.",
    "Approved as proposed.",
    "上顎のスキャンを再度お送りください。",
    "New photos have been added.",
    "Case is on hold until the next visit.",
    "We have a problem with the last tray: it does not fit.",
)
COMMENTS = (
    "Please rotate tooth 11 a little further.",
    "Agreed.",
    "Can we avoid the extraction?",
    "２番の歯をもう少し動かしてください。",
    "The deep bite needs another step.",
    "Plan 2 is better than plan 1.",
    "問題ありません。",
    "Wire sequence as usual.",
)
DOCTOR_NOTES = (
    "Prefers calls in the morning.",
    "Asks for a printed report.",
    "毎月請求書をまとめて送る。",
    "New assistant: send the guide again.",
)
TASK_TEXTS = (
    "Checked twice.",
    "Margins trimmed.",
    "Upper only.",
    "再スキャン待ち",
    "Waiting for the doctor.",
    "Second print.",
    "承認済み",
)
REASONS = ("Launch price", "University programme", "Loyal customer", "紹介割引", "Case competition", "Employee")
