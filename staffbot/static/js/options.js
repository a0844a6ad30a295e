// What can be done with a conversation of the list, from its button or by keys (U19).
import { live } from "./live.js"
import { openMenu } from "./menu.js"
import { say } from "./say.js"

export function openOptions(row) {
  openMenu(row.querySelector(".more"), [
    { label: pinned(row) ? "Take from the top" : "Pin to the top", run: () => pin(row) },
    { label: "Mark as unread", run: () => markUnread(row) },
    ...quiet(row),
  ], `Options for ${row.dataset.title}`)
}

export function openQuiet(row) { openMenu(row.querySelector(".more"), quiet(row), `Mute ${row.dataset.title}`) }

export async function pin(row) {
  const on = !pinned(row)
  if (await ask(row, "conversation.pin", { on })) say(on ? "Pinned" : "Taken from the top")
}

const pinned = (row) => "pinned" in row.dataset

function markUnread(row) {
  if (row.querySelector("[aria-current]")) document.querySelector("message-list").hold()
  ask(row, "conversation.unread", { seq: Number(row.dataset.lastSeq) })
}

function quiet(row) {
  const item = (label, until) => ({ label, run: () => ask(row, "conversation.mute", { quiet: until }) })
  if ("muted" in row.dataset) return [item("Hear it again", "off")]
  return [item("Mute for 1 hour", "hour"), item("Mute until tomorrow", "tomorrow"), item("Mute always", "always")]
}

// Resolves to whether it was done: while there is no connection it is not, which the line above the chat says.
async function ask(row, op, fields) {
  return live.ask(op, { conversation: row.dataset.conversation, ...fields }).then(() => true, () => false)
}
