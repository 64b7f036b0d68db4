from conference.core.web import anyone, page, signed_in
from conference.people.access import own_second_step
from conference.people.pages import proving, second, signing_in

BOTH = ("GET", "POST")
SECOND, PROOF = "/sign-in/second", "/sign-in/proof"

routes = [
    page("/sign-in", signing_in.sign_in, allow=anyone, methods=BOTH),
    page("/sign-in/now", signing_in.use_link, allow=anyone, methods=BOTH),
    page(SECOND, second.second, allow=signed_in),
    page(f"{SECOND}/app", second.begin_app, allow=own_second_step, methods=("POST",)),
    page(f"{SECOND}/app/{{factor:uuid}}", second.app, allow=own_second_step, methods=BOTH),
    page(f"{SECOND}/passkey/options", second.passkey_options, allow=own_second_step, methods=("POST",)),
    page(f"{SECOND}/passkey", second.add_passkey, allow=own_second_step, methods=("POST",)),
    page(f"{SECOND}/codes", second.make_codes, allow=own_second_step, methods=("POST",)),
    page(f"{SECOND}/factors/{{factor:uuid}}/removal", second.remove_factor, allow=own_second_step, methods=("POST",)),
    page(PROOF, proving.prove, allow=signed_in, methods=BOTH),
    page(f"{PROOF}/passkey/options", proving.prove_options, allow=signed_in, methods=("POST",)),
    page(f"{PROOF}/passkey", proving.prove_by_passkey, allow=signed_in, methods=("POST",)),
    page(f"{PROOF}/code", proving.prove_by_code, allow=signed_in, methods=BOTH),
    page("/sign-in/{token}", signing_in.open_link, allow=anyone),
    page("/sign-out", signing_in.sign_out, allow=anyone, methods=BOTH),
]
