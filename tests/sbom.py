"""Writes what Latchkey is made of, as CycloneDX JSON: `python -m tests.sbom` (`make sbom`), a file that goes with a release.

Made offline from the lock and from what the installed packages say of themselves, so it holds what is installed and
nothing else: the same lock gives the same bytes, without a date, a path of this machine or the host of a registry.
A package that another system or Python wants is listed with that condition; its licence is known only there.
Source: CycloneDX 1.6 (ECMA-424); package URLs as in ECMA-427.
"""

import hashlib
import sys
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tests.lock import ROOT, RUNTIME, Pinned, pinned

NEXT_TO = ROOT / ".artefacts"
OURS = "latchkey"
SHORT = 60  # letters: what is longer in the field "License" is the licence's whole text


class Differs(Exception):
    """What is installed is not what the lock says."""


def main() -> int:
    """Write the file and say where it is; 1 and a sentence if what is installed is not what was locked."""
    try:
        written = document(RUNTIME)
    except (Differs, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    NEXT_TO.mkdir(exist_ok=True)
    file = NEXT_TO / f"{OURS}-{_project()['version']}.cdx.json"
    file.write_text(written, "utf-8")
    print(f"{file.relative_to(ROOT)} lists {len(list(pinned()))} packages with their hashes and licences.")
    return 0


def document(lock: Path) -> str:
    """The list of what a lock pins, as JSON. Raises Differs, and ValueError for a lock that pins not all."""
    wanted = list(pinned(lock))
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, hashlib.sha256(lock.read_bytes()).hexdigest()))
    bom.metadata.timestamp = None  # type: ignore[assignment]  # the lock is what dates it
    ours = Component(type=ComponentType.APPLICATION, name=OURS, version=_project()["version"], bom_ref=OURS)
    bom.metadata.component = ours
    parts = {one: _component(one) for one in wanted}
    bom.components.update(parts.values())
    needs: dict[str, list[Component]] = defaultdict(list)
    for one, part in parts.items():
        for whose in one.wanted_by:
            needs[whose].append(part)
    bom.register_dependency(ours, needs[OURS])
    for one, part in parts.items():
        bom.register_dependency(part, needs[one.name])
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"


def _component(one: Pinned) -> Component:
    url = PackageURL("pypi", name=one.name, version=one.version)
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(str(url)),
        comment="any of these files may be the one that is installed",
        hashes=[HashTypeFactory().from_composite_str(given) for given in one.hashes],
    )
    return Component(
        type=ComponentType.LIBRARY,
        name=one.name,
        version=one.version,
        purl=url,
        bom_ref=str(url),
        licenses=_licences(one),
        external_references=[files],
        properties=[Property(name="latchkey:where", value=one.marker)] if one.marker else (),
    )


def _licences(one: Pinned) -> Sequence[License]:
    """What the package says its licence is: an expression, a short name, what it was filed under, its file's title."""
    if not one.here:
        return ()
    try:
        package = distribution(one.name)
    except PackageNotFoundError:
        raise Differs(f"{one.name} is locked but not installed: run `make setup`.") from None
    if package.version != one.version:
        raise Differs(f"{one.name} is {package.version} here and {one.version} in the lock: run `make setup`.")
    says = package.metadata
    name = says.get("License-Expression") or says.get("License") or ""
    if name and len(name) <= SHORT and "\n" not in name and name != "UNKNOWN":
        names = [name]
    else:
        filed = [given for given in says.get_all("Classifier", ()) if given.startswith("License :: ")]
        names = [given.split(" :: ")[-1] for given in filed] or _titles(package)
    return [LicenseFactory().make_from_string(given) for given in names]


def _titles(package: Distribution) -> list[str]:
    """The first line of each of its licence files: "MIT License"."""
    texts = (package.read_text(f"licenses/{file}") or "" for file in package.metadata.get_all("License-File", ()))
    return [text.strip().splitlines()[0].strip("# ") for text in texts if text.strip()]


def _project() -> dict[str, str]:
    found: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return found


if __name__ == "__main__":
    sys.exit(main())
