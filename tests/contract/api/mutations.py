"""Whether the suite sees deliberate errors: each is made in a copy of the tree, and one file of cases must fail.

python -m tests.contract.api.mutations
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
API = "src/fairlead/sim/api"
COPIED = ("src", "tests", "dev", "charts", "examples", "pyproject.toml")


class Mutation(NamedTuple):
    """One error: what it is, where, and which cases must see it."""

    name: str
    file: str
    was: str
    becomes: str
    cases: str


# fmt: off
MUTATIONS = (
    Mutation("a stale version is taken", "write.py", "asked != stored.version", "False", "update"),
    Mutation("an equal write gives a version", "write.py", "if same(old, new) and hidden", "if False and hidden", "update"),
    Mutation("a trial is stored", "write.py", "if options.dry_run:\n        return encode.stored_form(call.kind, new)", "if False:\n        return b\"\"", "update"),
    Mutation("Endpoints outlive their Service", "state.py", 'if kind.storage == ("", "services"):', "if False:", "services"),
    Mutation("a status counts as a wish", "meta.py", ' and subresource != "status"', "", "update"),
    Mutation("warnings are not given", "decode.py", "call.warnings.extend(complaints)", "pass", "create"),
    Mutation("a selected change is never ADDED", "watch.py", 'if before else "ADDED"', 'if before else "MODIFIED"', "watch"),
    Mutation("leaving a selection is not told", "watch.py", 'return "DELETED" if before else None', 'return "DELETED" if before and new is None else None', "watch"),
    Mutation("a deletion has no version of its own", "watch.py", "event.old.at(event.version)", "event.old.body", "watch"),
    Mutation("initial events have no end", "watch.py", '{"k8s.io/initial-events-end": "true"}', "{}", "watch"),
    Mutation("the rest of a list is not counted", "page.py", "remaining=_rest(found, at, selection)", "remaining=None", "read"),
    Mutation("label selectors are ignored", "select.py", "all(test(stored.labels) for test in self.labels)", "True", "read"),
    Mutation("finalizers do not hold", "finalize.py", "    if not finalizers:\n", "    if True:\n", "delete"),
    Mutation("the uid of a delete is ignored", "delete.py", "options.uid is not None and", "False and", "delete"),
    Mutation("lists with keys are atomic", "apply/compare.py", "return type(value) is list and shape.list and not shape.atomic_list", "return False", "apply"),
    Mutation("conflicts are ignored", "apply/applied.py", "        raise refusal(conflicts, managed)", "        pass", "apply"),
    Mutation("a test in a JSON patch is ignored", "patches/json_patch.py", '    if not _equal(value, operation.get("value")):', "    if False:", "patch"),
    Mutation("names in rules are ignored", "guard/rules.py", "(not self.names or wanted.name in self.names)", "True", "rights"),
    Mutation("everybody may grant everything", "guard/escalate.py", "if not lacking:", "if True:", "rights"),
    Mutation("the impersonated are not authenticated", "guard/authenticate.py", "groups = _with(groups, AUTHENTICATED)", "pass", "rights"),
    Mutation("conditions of policies are ignored", "guard/policy.py", 'spec.get("matchConditions") or ()', "()", "admission"),
    Mutation("rules may compare anything with null", "schema/cel_solve.py", "return _nullable(one) and _nullable(other)", "return True", "rules"),
    Mutation("quotas do not count", "guard/quota.py", "if not write.dry_run:", "if False:", "admission"),
    Mutation("scopes of quotas are ignored", "guard/scope.py", "return all(pod and _holds(requirement, obj) for requirement in _requirements(quota[\"spec\"]))", "return True", "quotas"),
    Mutation("a pod that changes its scope is not counted", "guard/quota.py", "return terminates(write.old) != terminates(write.object)", "return False", "quotas"),
    Mutation("what nobody has counted is free", "guard/quota.py", "if not (quota[\"status\"].get(\"used\") or {}).keys() >= set(limited):", "if False:", "quotas"),
    Mutation("a token outlives its account", "guard/account_token.py", "        self._check(claims[_CLAIMS])\n", "", "tokens"),
    Mutation("a token is for everybody", "guard/account_token.py", "        if not meant:\n", "        if False:\n", "tokens"),
    Mutation("a changed token is good", "guard/account_token.py", "if not hmac.compare_digest(signature, self._signature(signed)):", "if False:", "tokens"),
    Mutation("what is forgotten can be listed", "page.py", "        if version < storage.compacted:\n            raise expired(VERSION_EXPIRED)", "        if False:\n            raise expired(VERSION_EXPIRED)", "history"),
    Mutation("an expired token brings no other", "page.py", "    failure.metadata = ", "    _ = ", "history"),
    Mutation("what is forgotten can be watched", "read.py", "if version < max(storage.compacted, table.begun):", "if False:", "history"),
    Mutation("a changed definition keeps its watches", "crds.py", "if is_established(settled) and state.types.add_crd(settled):", "if is_established(settled) and state.types.add_crd(settled) and False:", "history"),
    Mutation("no bookmark comes before the end", "watch.py", "self.until_s - BOOKMARK_BEFORE_END_S", "inf", "history"),
    Mutation("bookmarks come to everybody", "read.py", "if options.bookmarks and cache.is_cached(table) else None", "if cache.is_cached(table) else None", "history"),
    Mutation("limits do not fill in", "guard/limits.py", "    if told:\n", "    if False:\n", "admission"),
    Mutation("policies are not asked about evictions", "write.py", "    call.state.guard.check(write)\n    return write.object", "    return write.object", "admission"),
    Mutation("an empty list stays one when it is stored", "schema/go_values.py", "if part.get(name) == []:", "if False:", "recorded"),
    Mutation("audit forgets on whose behalf", "audit.py", 'if other is not None else {}', "if False else {}", "audit"),
)
# fmt: on


def main() -> int:
    """Returns how many errors nobody saw."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in COPIED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, tree / name)
        # A case that fails without any error says nothing about one.
        known = {cases: _failures(cases, tree) for cases in sorted({mutation.cases for mutation in MUTATIONS})}
        unseen = [mutation for mutation in MUTATIONS if not _seen(mutation, tree, known[mutation.cases])]
    print(f"{len(MUTATIONS) - len(unseen)} of {len(MUTATIONS)} errors were seen")
    return len(unseen)


def _seen(mutation: Mutation, tree: Path, known: list[str]) -> bool:
    file = tree / API / mutation.file
    text = file.read_text()
    assert text.count(mutation.was) == 1, f"{mutation.file}: {text.count(mutation.was)} times: {mutation.was}"
    file.write_text(text.replace(mutation.was, mutation.becomes))
    try:
        failed = _failures(mutation.cases, tree, "-x", *(f"--deselect={case}" for case in known))
    finally:
        file.write_text(text)
    print(f"{'seen  ' if failed else 'UNSEEN'} {mutation.name}: {failed[0] if failed else ''}", flush=True)
    return bool(failed)


def _failures(cases: str, tree: Path, *options: str) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-q", f"tests/contract/api/test_{cases}.py", *options]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return [line.split(" ", 1)[1].partition(" - ")[0] for line in lines]


if __name__ == "__main__":
    sys.exit(main())
