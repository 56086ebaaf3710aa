from catalog.entities.communications.comments import CommentMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run


def test_a_comment_is_kept_to_the_letter():
    (comment,), rejected, _ = run(CommentMigration.spec, {"id": 3, "text": "  ２番の歯を\n\n"})
    assert rejected == []
    assert comment == {"content": "  ２番の歯を\n\n", "created_at": None}


def test_a_comment_that_says_nothing_is_refused():
    good, rejected, _ = run(
        CommentMigration.spec, {"id": 3, "text": None}, {"id": 4, "text": " \n"}, {"id": 5, "text": "OK"}
    )
    assert [comment["content"] for comment in good] == ["OK"]
    assert [(r.legacy_id, r.field, r.code) for r in rejected] == [
        ("3", "content", "required"),
        ("4", "content", "required"),
    ]


def test_the_author_may_be_unknown_or_gone():
    good, rejected, resolved = references(
        CommentMigration.spec, {"profiles": {40}}, {"id": 3, "author_id": 40}, {"id": 4}, {"id": 5, "author_id": 41}
    )
    assert [comment["author"] for comment in good] == ["profiles 40", None, None]
    assert rejected == []
    assert [(r.legacy_id, r.field, r.rule) for r in resolved] == [("5", "author", "set_null: missing_parent")]
