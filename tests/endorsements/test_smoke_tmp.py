from conference.editions.actions import adopt
async def test_pages(cast, visitor, app):
    edition = await cast.edition()
    await adopt(edition, kind="call", title={"en":"Call","es":"Convocatoria"}, points=[{"text":{"en":"x","es":"y"}}])
    for p in ("","/call","/call/organization","/list","/call/print"):
        a = await visitor.get("/2027/endorse"+p)
        print(p, a.status_code)
