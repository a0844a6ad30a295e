// What can be done with a message: by its button, by touch, by keys while the list has the focus (U23, U29); and with a
// conversation, by its button or by keys (U19).
import { later } from "./later.js"
import { live } from "./live.js"
import { openMenu } from "./menu.js"
import { say } from "./say.js"
import { calm, complain, unchanged } from "./trouble.js"

const MARKS = ["👍", "❤️", "😄", "🎉", "👀", "✅", "🙏", "😕"]
const app = document.querySelector(".app")
const list = document.querySelector("message-list")
const about = (row) => ({ message: row.dataset.message })
const conversation = { conversation: app.dataset.conversation }
const mine = (row) => row.dataset.kind === "internal" && row.dataset.author === app.dataset.me && !("deleted" in row.dataset)

const asked = (row) => row.querySelector("task-line").dataset.state
const held = (row) => row.querySelector("task-line").dataset.holder === app.dataset.me
const canHandOver = (row) => !("deleted" in row.dataset) && (app.dataset.kind === "patient" || row.dataset.kind === "internal") && row.querySelector("task-line").free

async function readers(row) {
  const { readers: found } = await live.ask("conversation.readers", conversation)
  const names = found.filter((one) => one.after < Number(row.dataset.seq) && one.up_to >= Number(row.dataset.seq) && one.id !== row.dataset.author).map((one) => one.name)
  openMenu(row.querySelector(".act"), [{ label: names.length ? `Read by ${names.join(", ")}` : "Nobody else has read it yet", run: () => {} }], "Read by")
}

// Does what was pressed; what came of it is said to those who listen, and over the box where it did not happen.
async function go(act, said = "") {
  try {
    await act()
    calm()
    if (said) say(said)
  } catch (error) { complain(unchanged(error)) }
}

function mark(row, sign) {
  const on = row.querySelector(`.reaction[data-mark="${sign}"]`)?.getAttribute("aria-pressed") !== "true"
  return go(() => live.ask("message.react", { ...about(row), mark: sign, on }), on ? `${sign} added` : `${sign} taken away`)
}

function react(row) {
  const has = (sign) => row.querySelector(`.reaction[data-mark="${sign}"]`)?.getAttribute("aria-pressed") === "true"
  openMenu(row.querySelector(".act"), MARKS.map((sign) => ({ label: sign, checked: has(sign), run: () => mark(row, sign) })), "React")
  row.querySelector("[role=menu]").classList.add("marks-menu")
}

async function copy(row) {
  const link = new URL(`/c/${app.dataset.conversation}#m-${row.dataset.message}`, location.href).href
  try { await navigator.clipboard.writeText(link) } catch { complain(`Copy this link yourself: ${link}`); return }
  say("Copied")
}

async function reply(row) {
  await later("reply")
  document.querySelector("reply-bar").answer(row)
}

// Nothing brings it back: it is asked about once more, and a second press of Enter keeps it.
function remove(row) {
  openMenu(row.querySelector(".act"), [{ label: "Keep it", run: () => {} }, { label: "Delete for everybody", run: () => go(() => live.ask("message.delete", about(row)), "Deleted") }], "Delete this message?")
}

function unread(row) {
  list.hold()
  go(() => live.ask("conversation.unread", { ...conversation, seq: Number(row.dataset.seq) }), "Marked unread from here")
}

// One entry a thing that can be done; `key` works while the message has the focus.
export const ACTIONS = [
  { label: "Reply", key: "r", run: reply },
  { label: "React", key: "e", run: react },
  { label: "Take this on", run: (row) => step(row, "task.take"), when: (row) => row.dataset.kind === "internal" && !asked(row) && !("deleted" in row.dataset) },
  { label: "Put back", run: (row) => step(row, "task.return"), when: (row) => asked(row) === "taken" && held(row) },
  { label: "It is not done", run: (row) => step(row, "task.done", { undo: true }), when: (row) => asked(row) === "done" && held(row) },
  { label: "Hand over to …", key: "h", run: (row) => handOver(row, row.querySelector(".act")), when: canHandOver },
  { label: "Copy link", run: copy },
  { label: "Mark unread from here", key: "u", run: unread },
  { label: "Read by …", run: (row) => go(() => readers(row)), when: (row) => row.dataset.kind === "internal" },
  { label: "Edit", run: async (row) => (await later("edit")).edit(row), when: mine },
  { label: "Delete", run: remove, when: mine },
  { label: "Details", run: (row) => { location.href = `/messages/${row.dataset.message}` } },
]

// One step about a message; what is refused is said over the box and to those who listen.
export function step(row, op, fields = {}) {
  return go(async () => {
    const message = await live.ask(op, { ...about(row), ...fields })
    say(message.task.words)
    if (message.conversation !== app.dataset.conversation) say(`Asked of ${message.task.to.name} in another conversation`)
  })
}

// Colleagues and groups, as the page knows them.
export function colleagues() {
  return [...document.querySelectorAll(".start")].map((one) => ({ label: one.textContent, to: one.dataset.staff ?? one.dataset.group }))
}

export function handOver(row, button) {
  openMenu(button, colleagues().map(({ label, to }) => ({ label, run: () => step(row, "task.hand", { to, client_id: crypto.randomUUID() }) })), "Hand over to")
}

function menu(row) {
  const fitting = ACTIONS.filter((one) => !one.when || one.when(row))
  openMenu(row.querySelector(".act"), fitting.map((one) => ({ label: one.label, run: () => one.run(row) })), "What to do with this message")
}

function pressed(event) {
  const row = event.target.closest(".msg")
  if (!row) return
  const sign = event.target.closest(".reaction")?.dataset.mark
  if (sign) mark(row, sign)
  else if (event.target.closest(".act")) menu(row)
  const asks = event.target.closest("task-line button[data-do]")
  if (asks?.dataset.do === "hand") handOver(row, asks)
  else if (asks) step(row, `task.${asks.dataset.do}`)
  const quoted = event.target.closest(".quoted")
  if (quoted) { event.preventDefault(); list.to(Number(quoted.dataset.seq)) }
}

// The message a screenful above (-1) or below (1) another, else the outermost one: what has the keys stays in sight (U23).
function screenful(row, way) {
  const top = (one) => one.getBoundingClientRect().top
  const at = top(row) + way * list.clientHeight
  return way < 0 ? list.rows.findLast((one) => top(one) <= at) ?? list.rows[0] : list.rows.find((one) => top(one) >= at) ?? list.rows.at(-1)
}

function key(event) {
  const row = document.activeElement.closest(".msg")
  if (event.target.closest("form, [role=menu]") || event.ctrlKey || event.altKey || event.metaKey) return
  const rows = list.rows
  const at = rows.indexOf(row)
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? rows.length - 1 : at - 1, Home: 0 }[event.key]
  const way = { PageUp: -1, PageDown: 1 }[event.key]
  if (way && row) { event.preventDefault(); screenful(row, way).focus() }
  else if (event.key === "End") { event.preventDefault(); list.toNewest().then(() => list.rows.at(-1)?.focus()) }
  else if (to !== undefined) { event.preventDefault(); rows[Math.max(0, Math.min(to, rows.length - 1))]?.focus() }
  else if (row && event.key === "Enter" && event.target === row) { event.preventDefault(); menu(row) }
  else if (event.key === "Escape") document.getElementById("box").focus()
  else if (app.dataset.keys === "off") return // letters are keys only where somebody wants them
  else if (event.key === "?") document.getElementById("keys").showModal()
  else if (row) {
    const action = ACTIONS.find((one) => one.key === event.key.toLowerCase() && (!one.when || one.when(row)))
    if (action) { event.preventDefault(); action.run(row) }
  }
}

list?.addEventListener("click", pressed)
list?.addEventListener("keydown", key)
// A long press on a touch screen asks for the same menu as the button (U29); on a link it is the browser's own.
list?.addEventListener("contextmenu", (event) => {
  const row = event.target.closest(".msg")
  if (event.pointerType !== "touch" || !row || event.target.closest("a, form, [role=menu]")) return
  event.preventDefault()
  menu(row)
})

export function openOptions(row) {
  openMenu(row.querySelector(".more"), [
    { label: pinned(row) ? "Take from the top" : "Pin to the top", run: () => pin(row) },
    { label: "Mark as unread", run: () => markUnread(row) },
    ...quiet(row),
  ], `Options for ${row.dataset.title}`)
}

export function openQuiet(row) { openMenu(row.querySelector(".more"), quiet(row), `Mute ${row.dataset.title}`) }

export function pin(row) {
  const on = !pinned(row)
  set(row, "conversation.pin", { on }, on ? "Pinned" : "Taken from the top")
}

const pinned = (row) => "pinned" in row.dataset

function markUnread(row) {
  if (row.querySelector("[aria-current]")) document.querySelector("message-list").hold()
  set(row, "conversation.unread", { seq: Number(row.dataset.lastSeq) }, "Marked unread")
}

function quiet(row) {
  const item = (label, until, said = "Muted") => ({ label, run: () => set(row, "conversation.mute", { quiet: until }, said) })
  if ("muted" in row.dataset) return [item("Hear it again", "off", "No longer muted")]
  return [item("Mute for 1 hour", "hour"), item("Mute until tomorrow", "tomorrow"), item("Mute always", "always")]
}

const set = (row, op, fields, said) => go(() => live.ask(op, { conversation: row.dataset.conversation, ...fields }), said)
