"""`latchkey keys`: new practice keys while serving, and the pair that backups are encrypted to."""

import click
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from core.audit.trail import append
from core.cli.instance import open_instance
from core.cli.listing import Listing
from core.practice import doors
from core.seal.keyring import Keyring
from core.seal.rotate import Rotated, rewrap_under_master
from core.seal.rotate import rotate as rotate_practice
from core.store import Unit, Who
from core.store.unit import SYSTEM


@click.group(cls=Listing, name="keys", epilog="Example: latchkey keys rotate")
def command() -> None:
    """Keys: rotate, backup-key."""


@command.command(epilog="Example: latchkey keys rotate")
@click.option("--dir", "directory", help="Instance folder.")
def rotate(directory: str | None) -> None:
    """Give every practice a new key and wrap its data keys again; safe while serving, and goes on where it stopped.

    Everything above is wrapped with the first `master_key`: after that, later ones can be taken out of the list.
    """
    store = open_instance(directory)
    keyring = Keyring(store.settings, store.clock)
    for practice_id in store.door(doors.every_practice):
        done = rotate_practice(keyring, practice_id, lambda keys: click.echo(f"{keys} keys …", err=True))
        store.run(Who(practice_id, SYSTEM), _record, done)
    wrapped = rewrap_under_master(keyring)
    keyring.close()
    store.close()
    click.echo(f"Every practice has a new key; {wrapped} keys are wrapped with the first master key.")


@command.command(name="backup-key", epilog="Example: latchkey keys backup-key")
def backup_key() -> None:
    """Make a pair: backups are encrypted to the public half; the private half opens them and stays elsewhere."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    secret = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    click.echo(f'Into latchkey.toml:            backup_key = "{public.hex()}"')
    click.echo(f"On paper, far from this host:  {secret.hex()}")


def _record(unit: Unit, done: Rotated) -> None:
    append(unit, "practice key changed", unit.practice_id, number=done.number, keys=done.keys)
