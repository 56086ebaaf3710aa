def test_login(enter, shoot):
    page = enter("root")
    shoot(page, "dashboard")
