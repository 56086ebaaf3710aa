"""The fixtures of conftest.py keep their word: what one test commits, the next does not see."""

import threading

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection, connections

from catalog.target.models import Office


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_threads_commit_is_gone_in_the_next_test(committed, turn):
    assert User.objects.count() == Office.objects.count() == 0
    assert Permission.objects.exists()

    def write():
        User.objects.create(username=turn)
        Office.objects.create(name=turn)
        connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert User.objects.count() == Office.objects.count() == 1
    assert not connection.in_atomic_block
