"""Proves that the published schemas accept every file of the shipped bundles, know every attribute that rules may ask
about, and refuse what the loader refuses: unknown keys, bad words, missing fields."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schema" / "bundle"
BUNDLES = [ROOT / "examples" / "bank", ROOT / "library" / "testworld"]


class Words(yaml.SafeLoader):
    """Scalars as YAML 1.2's core schema has them, but for days, which stay text: `NO` is Norway, and 2026-01-01 is a text."""


Words.yaml_implicit_resolvers = {}
Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
Words.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^(0|-?[1-9][0-9]*)$"), list("-0123456789"))
Words.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+\.[0-9]+$"), list("-0123456789"))


def read(text: str):
    return yaml.load(text, Loader=Words)


def validator(path: Path) -> Draft202012Validator:
    schema = json.loads(path.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def schema_of(file: Path, bundle: Path) -> Path:
    name = "rules" if file.parent != bundle else file.stem
    return SCHEMAS / f"{name}.schema.json"


FILES = [(file, bundle) for bundle in BUNDLES for file in sorted(bundle.rglob("*.yaml"))]


@pytest.mark.parametrize("file, bundle", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_validates(file: Path, bundle: Path):
    errors = list(validator(schema_of(file, bundle)).iter_errors(read(file.read_text())))
    assert errors == []


def test_people_validate():
    people = read((ROOT / "examples" / "people.yaml").read_text())
    assert list(validator(ROOT / "schema" / "people.schema.json").iter_errors(people)) == []


def test_every_attribute_is_known():
    source = (ROOT / "Sources" / "Domain" / "Policy" / "Attribute.swift").read_text()
    attributes = set(re.findall(r'case \w+ = "([a-z]+\.[a-z_]+)"', source))
    for name in ("rules", "exceptions"):
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
        assert set(schema["$defs"]["condition"]["properties"]) == attributes


def test_every_file_of_a_bundle_has_a_schema():
    loader = (ROOT / "Sources" / "Service" / "Bundle" / "BundleLoader.swift").read_text()
    names = re.search(r"static let fileNames = \[(.*?)\]", loader, re.S).group(1)
    files = set(re.findall(r'"([a-z-]+)\.yaml"', names)) | {"rules"}
    assert {path.name.removesuffix(".schema.json") for path in SCHEMAS.iterdir()} == files


RULE = """
rules:
  - id: R-1
    effect: forbid
    when:
      - caller.place: {not_in: {set: s1}}
      - any_of:
          - deployment.channel: {in: [direct]}
          - caller.owned_by_listed: {at_least: 50}
    valid:
      - {from: "2026-06-18T00:00", zone: Asia/Hong_Kong}
    status: in_force
    authority: {kind: law, instrument: An Act}
    decided_by: Legal
    disclosure: full
    text: No.
"""


@pytest.mark.parametrize(
    "old, new",
    [
        ("status: in_force", "status: inforce"),
        ("decided_by: Legal", "decided: Legal"),
        ("caller.place", "caller.plaice"),
        ("{not_in: {set: s1}}", "{has_any: [HK]}"),
        ("{not_in: {set: s1}}", "{not_in: [Hong Kong]}"),
        ("[direct]", "[tube]"),
        ("at_least: 50", "at_least: 101"),
        ("effect: forbid", "effect: oblige"),
        ("effect: forbid", "effect: forbid\n    obligation: archive"),
        ("kind: law", "kind: hearsay"),
        ("text: No.", "text: {zh-Hant: 不}"),
        ('"2026-06-18T00:00"', '"18 June 2026"'),
    ],
)
def test_faults_are_refused(old: str, new: str):
    check = validator(SCHEMAS / "rules.schema.json")
    assert list(check.iter_errors(read(RULE))) == []
    assert old in RULE
    assert list(check.iter_errors(read(RULE.replace(old, new)))) != []
