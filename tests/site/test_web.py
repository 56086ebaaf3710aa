"""The site's front door."""

import pytest
from django.conf import settings


@pytest.mark.django_db
def test_the_site_leads_to_the_admin_s_login(client):
    assert client.get("/").headers["Location"] == "/admin/"
    page = client.get("/admin/", follow=True)
    assert page.status_code == 200
    assert page.redirect_chain == [("/admin/login/?next=/admin/", 302)]
    assert settings.UNFOLD["SITE_TITLE"] in page.content.decode()
