"""Putting a name to a text, confirming, changing and withdrawing it: without HTTP."""

import asyncio

import pytest

from conference.core import jobs, sealing
from conference.core.mail import Letter
from conference.endorsements import actions, queries
from conference.endorsements.models import Authority, Endorsement, Kind, State
from tests.cast import newest_letter


async def test_a_person_is_listed_once_they_confirmed(signing):
    draft = await signing.draft("Ana")
    assert (await signing.states(), await signing.names()) == ({"draft": 1}, [])
    await actions.confirm(draft, revision=draft.revision)
    assert (await signing.states(), await signing.names()) == ({"counted": 1}, ["Ana"])


async def test_an_organization_is_listed_once_an_editor_looked(signing):
    waits = await signing.waiting()
    assert (await signing.states(), await signing.names()) == ({"confirmed": 1}, [])
    await actions.accept(waits, revision=waits.revision, by=signing.by.id)
    assert (await signing.states(), await signing.names()) == ({"counted": 1}, ["Harbor Kitchen"])


async def test_quiet_support_is_counted_and_never_listed(signing):
    await signing.person("Ana", quiet=True)
    await signing.accepted(quiet=True)
    counts = (await queries.counts(signing.edition))[signing.call.id]
    assert (counts.total, counts.quiet, counts.listed, await signing.names()) == (2, 2, 0, [])
    assert await Endorsement.exclude(public_name="", public_place="", public_order="").count() == 0


@pytest.mark.parametrize("name", ["JOIN US NOW", "Ana www.example.org", "Ana99", "A B C D", "Ana <b>", "Ana@x", "🌻🌻 Ana", "x" * 41])
async def test_a_strange_name_waits_for_an_editor(signing, name):
    await signing.person(name, email="ana@example.org")
    assert (await signing.states(), await signing.names()) == ({"confirmed": 1}, [])


async def test_the_letter_leads_to_the_signature_and_says_no_word_that_was_typed(signing):
    draft = await signing.draft("Ana Zebulon", city="Quagmire", email="ana@example.org")
    letter = await newest_letter("endorsements.confirm")
    assert "/2027/endorse/link/" in letter and "To: ana@example.org" in letter and "The call" in letter
    assert [word in letter for word in ("Zebulon", "Quagmire")] == [False, False]
    await actions.confirm(draft, revision=1)
    row = await Letter.filter(name="endorsements.confirm").first()
    await jobs.run_due()
    assert (await Letter.get(id=row.id)).state == "dropped", "there is nothing to confirm any more"


async def test_the_same_address_signs_a_version_once(signing, fixed_clock):
    draft = await signing.draft("Ana")
    fixed_clock.on(hours=1)
    await signing.draft("Ana Luz", email="ANA@example.org")
    [row] = await Endorsement.all()
    assert (row.id, row.revision, sealing.open_one(row, "name").name) == (draft.id, 2, "Ana Luz")
    assert await Letter.filter(name="endorsements.confirm").count() == 2


async def test_what_is_confirmed_is_not_touched_by_a_form_and_its_owner_is_told(signing):
    await signing.person("Ana")
    await signing.draft("Mallory", email="ana@example.org", quiet=True)
    assert (await signing.names(), await Endorsement.all().count(), await Letter.filter(name="endorsements.signed").count()) == (["Ana"], 1, 1)
    assert "It is counted, and on the list." in await newest_letter("endorsements.signed")


async def test_one_address_signs_both_texts_and_for_an_organization_besides(signing):
    await signing.person("Ana")
    await signing.person("Ana", text=signing.unity)
    await signing.waiting("Ana's Kitchen", email="ana@harbor.example.org")
    await signing.waiting("Other Kitchen", email="ana@harbor.example.org")
    assert await signing.states() == {"confirmed": 2, "counted": 2}


async def test_words_that_changed_after_they_were_looked_at_are_not_confirmed(signing):
    draft = await signing.draft("Ana")
    await signing.draft("Slogan", email="ana@example.org")
    now = await Endorsement.get()
    for row, seen in ((draft, 1), (now, 1)):
        with pytest.raises(actions.WordsChanged):
            await actions.confirm(row, revision=seen)
    await actions.confirm(now, revision=2)
    assert await signing.names() == ["Slogan"]


async def test_confirming_twice_or_after_the_end_does_nothing_more(signing):
    signed = await signing.person("Ana")
    await actions.confirm(signed, revision=signed.revision)
    await actions.withdraw(signed)
    with pytest.raises(actions.NothingToChange):
        await actions.confirm(signed, revision=signed.revision)
    assert await signing.states() == {"withdrawn": 1}


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"email": ""}, actions.NoWayToConfirm),
        ({"authority": Authority.CALL}, actions.NoWayToConfirm),
        ({"authority": Authority.VOUCHED, "email": ""}, actions.NoWayToConfirm),
        ({"authority": Authority.PAPER}, actions.NoWayToConfirm),
        ({"email": "office@other.example.org"}, actions.NotAtItsDomain),
        ({"email": "harbor@gmail.com", "domain": "gmail.com"}, actions.NotAtItsDomain),
        ({"email": "office@xharbor.example.org"}, actions.NotAtItsDomain),
        ({"domain": ""}, actions.NotAtItsDomain),
        ({"read": "another version"}, actions.TextChanged),
    ],
)
async def test_an_organization_needs_a_way_to_show_that_it_may(signing, facts, refusal):
    with pytest.raises(refusal):
        await signing.organization(**facts)
    assert await Endorsement.all().count() == 0


async def test_a_subdomain_counts_as_its_own(signing):
    await signing.organization(email="office@mail.harbor.example.org")
    assert await signing.states() == {"draft": 1}


async def test_a_past_conference_is_signed_no_more(signing, fixed_clock):
    fixed_clock.on(days=90)
    with pytest.raises(actions.SigningClosed):
        await signing.draft("Ana")


async def test_who_signed_stays_with_their_version(signing):
    signed = await signing.person("Ana")
    new = await signing.new_call()
    await signing.person("Bea", text=new)
    assert (await signing.names(), await signing.names(new)) == (["Ana"], ["Bea"])
    with pytest.raises(actions.TextChanged):
        await signing.draft("Cy", text=new, read=str(signing.call.id))
    assert (await Endorsement.get(id=signed.id)).text_id == signing.call.id


async def test_signing_the_newest_version_moves_the_name_there(signing):
    signed = await signing.person("Ana")
    new = await signing.new_call()
    signed = await Endorsement.get(id=signed.id).select_related("text")
    with pytest.raises(actions.TextChanged):
        await actions.sign_anew(signed, new, read=str(signing.call.id))
    await actions.sign_anew(signed, new, read=str(new.id))
    assert (await signing.names(), await signing.names(new)) == ([], ["Ana"])
    assert await signing.draft("Ana", text=new) and await Endorsement.all().count() == 1


async def test_who_signed_the_newest_by_the_form_too_is_counted_once(signing):
    first = await signing.person("Ana")
    new = await signing.new_call()
    await signing.person("Ana", text=new)
    await actions.sign_anew(await Endorsement.get(id=first.id).select_related("text"), new, read=str(new.id))
    assert (await signing.names(), await signing.names(new), await signing.states()) == ([], ["Ana"], {"counted": 1, "duplicate": 1})


async def test_withdrawing_empties_everything_that_was_written(signing):
    signed = await signing.accepted()
    await jobs.run_due()
    await actions.withdraw(signed)
    row = await Endorsement.get()
    columns = ("name", "city", "region", "likeness", "domain", "signer", "role", "email", "phone", "email_blind", "likeness_blind", "domain_blind", "sole", "once")
    assert {name: getattr(row, name) for name in columns} == dict.fromkeys(columns)
    assert (row.state, row.public_name, row.public_place, row.public_order) == (State.WITHDRAWN, "", "", "")
    assert (await signing.names(), await queries.found(signing.edition, "harbor")) == ([], [])
    await actions.withdraw(signed)
    assert await signing.waiting() and await signing.states() == {"confirmed": 1, "withdrawn": 1}


async def test_changing_how_it_is_listed(signing):
    signed = await signing.person("Ana")
    await actions.change(signed, name="Ana Luz", city="Gary", region="Indiana", quiet=False, revision=1)
    row = await Endorsement.get()
    assert (row.public_name, row.public_place, row.public_order, row.revision) == ("Ana Luz", "Gary, Indiana", "ana luz gary, indiana", 2)
    await actions.change(row, name="Ana Luz", city="Gary", region="", quiet=True, revision=2)
    assert (await signing.names(), await signing.states()) == ([], {"counted": 1})
    with pytest.raises(actions.WordsChanged):
        await actions.change(row, name="Late", city="Gary", region="", quiet=False, revision=2)


async def test_an_organization_with_another_name_is_looked_at_again(signing):
    signed = await signing.accepted()
    await actions.change(signed, name="Harbor Kitchen", city="Gary", region="", quiet=False, revision=1)
    assert (await signing.names(), await signing.states()) == (["Harbor Kitchen"], {"counted": 1})
    await actions.change(await Endorsement.get(), name="Harbor Slogan", city="Gary", region="", quiet=False, revision=2)
    assert (await signing.names(), await signing.states()) == ([], {"confirmed": 1})


async def test_a_strange_new_name_of_a_person_leaves_the_list(signing):
    signed = await signing.person("Ana")
    await actions.change(signed, name="READ WWW.EXAMPLE.ORG", city="Gary", region="", quiet=False, revision=1)
    assert (await signing.names(), await signing.states()) == ([], {"confirmed": 1})


async def test_drafts_are_deleted_after_sixty_days_and_nothing_else_is(signing, fixed_clock):
    await signing.draft("Ana")
    await signing.person("Bea")
    fixed_clock.on(days=59)
    await signing.draft("Cy")
    await actions.forget_drafts()
    assert await signing.states() == {"counted": 1, "draft": 2}
    fixed_clock.on(days=1, minutes=1)
    await actions.forget_drafts()
    assert await signing.states() == {"counted": 1, "draft": 1}
    assert [sealing.open_one(row, "name").name for row in await Endorsement.filter(state=State.DRAFT)] == ["Cy"]


async def test_a_form_sent_ten_times_at_once_is_one_signature(signing):
    await asyncio.gather(*(signing.draft("Ana", once="word") for _ in range(10)))
    await asyncio.gather(*(signing.draft("Bea", once=f"word {number}") for number in range(10)))
    assert await Endorsement.all().count() == 2


async def test_without_the_mark_the_rush_leaves_more_than_one(signing, monkeypatch):
    """The look before the transaction alone does not decide: this is the bug that ``sole`` keeps away."""
    from conference.endorsements.actions import signing as module

    monkeypatch.setattr(module, "sole", lambda endorsement: None)

    monkeypatch.setattr(module.queries, "same_as", lambda *_all: None)
    await asyncio.gather(*(signing.draft("Ana") for _ in range(3)))
    assert await Endorsement.all().count() == 3


async def test_the_database_refuses_a_public_name_that_is_not_listed(signing):
    from tortoise.exceptions import IntegrityError

    signed = await signing.person("Ana")
    for change in ({"quiet": True}, {"state": State.WITHDRAWN}):
        with pytest.raises(IntegrityError):
            await Endorsement.filter(id=signed.id).update(**change)


async def test_five_who_withdraw_and_confirm_at_once_end_alike(signing):
    draft = await signing.draft("Ana")
    answers = await asyncio.gather(*(actions.confirm(draft, revision=1) for _ in range(5)), return_exceptions=True)
    assert (answers, await signing.names()) == ([None] * 5, ["Ana"])
    await asyncio.gather(*(actions.withdraw(draft) for _ in range(5)))
    assert (await signing.states(), await signing.names()) == ({"withdrawn": 1}, [])


async def test_kinds_are_counted_by_text(signing):
    await signing.person("Ana")
    await signing.accepted()
    await signing.person("Bea", text=signing.unity)
    for number in range(10):
        await signing.person(f"Quiet{'abcdefghij'[number]}", quiet=True, text=signing.unity)
    counts = await queries.counts(signing.edition)
    call, unity = counts[signing.call.id], counts[signing.unity.id]
    assert (call.organizations, call.persons, call.total, call.shows_quiet) == (1, 1, 2, False)
    assert (unity.persons, unity.quiet, unity.total, unity.shows_quiet) == (1, 10, 11, True)
    assert Kind.PERSON > Kind.ORGANIZATION, "lists show organizations first"


async def test_who_signed_an_earlier_version_is_asked_once_about_the_newer(signing):
    await signing.person("Ana")
    await signing.waiting("Harbor Kitchen")
    await signing.draft("Draft")
    gone = await signing.person("Gone")
    await actions.withdraw(gone)
    await signing.person("Bea", text=signing.unity)
    await jobs.run_due()
    assert await Letter.filter(name="endorsements.newer").count() == 0
    new = await signing.new_call()
    await jobs.run_due()
    await actions.tell_of_newer(new.id)
    assert await Letter.filter(name="endorsements.newer").count() == 2
    letter = await newest_letter("endorsements.newer")
    assert "The text you signed has a newer version" in letter and "(version 1)" in letter and "/2027/endorse/link/" in letter
    assert (await signing.names(), await signing.names(new)) == (["Ana"], []), "nobody is moved who does nothing"


async def test_nobody_is_asked_about_a_conference_that_is_over(signing, fixed_clock):
    await signing.person("Ana")
    fixed_clock.on(days=90)
    await signing.new_call()
    await jobs.run_due()
    assert await Letter.filter(name="endorsements.newer").count() == 0


async def test_one_address_gets_few_letters_a_day_whatever_names_are_signed_with_it(signing, fixed_clock):
    for number in range(14):
        await signing.organization(f"Group {'abcdefghijklmn'[number]}")
        fixed_clock.on(minutes=10)
    assert await Letter.all().count() == 10
    fixed_clock.on(days=1)
    await signing.organization("Group a")
    assert await Letter.all().count() == 11
