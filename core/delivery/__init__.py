"""Delivery: what leaves, what becomes of it, and what comes in.

`outbox.queue` keeps what has to leave and `worker.turn` brings it away (`sending`, from one of the `senders`, through
one of the `providers`); `status.report` says what became of it (`reports`; `trouble` where a person must know);
`inbound` takes what is texted back (`incoming`: letters, too, and the tray). `credits` pays for texts (`billing`: how
they are bought, and when they run low); `notices` and `writing` hold what the system writes by itself.
"""
