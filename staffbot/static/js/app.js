// The chat: its parts, the keys that work everywhere in it (ux.md B4; a person may do without them, U99), the day to
// jump to, then the connection. Single letters are keys in the message list only.
import "./actions.js"
import "./composer.js"
import { fetchRest, later } from "./later.js"
import "./list.js"
import { live } from "./live.js"
import "./messages.js"
import "./notices.js"

const app = document.querySelector(".app")
const REGIONS = ["nav.side a", "message-list", "#box", "aside.about a"]
const jump = document.getElementById("jump")
const opener = document.getElementById("jump-open")

// It opens at once, so that no letter goes astray; who fills it may still be on the way.
async function goAnywhere(typed = "") {
  const place = document.querySelector("go-anywhere")
  const dialog = place.querySelector("dialog")
  document.getElementById("go-q").value = typed
  dialog.showModal()
  await later("goto").then(() => place.ask(), () => dialog.close())
}

function conversation(step, unread) {
  const all = document.querySelector("conversation-list").inOrder.map((one) => one.querySelector(".row"))
  const rows = all.filter((row) => !unread || row.classList.contains("unread") || row.hasAttribute("aria-current"))
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"))
  rows[(at + step + rows.length) % rows.length]?.click()
}

function region(step) {
  const there = REGIONS.map((one) => [...document.querySelectorAll(one)].find((place) => place.checkVisibility())).filter(Boolean)
  const at = there.findIndex((one) => one.closest("nav, message-list, .dock, aside")?.contains(document.activeElement))
  there[(at + step + there.length) % there.length].focus()
}

// What lies over the messages goes, without a step that the browser's Back would undo.
function fold() { location.replace("#messages") }

// What is open closes; then to the box; from the box all is marked as read. Whoever handled it before says so.
function leave(event) {
  const open = event.target.closest?.("details[open], #jump")
  const folded = document.querySelector(".about:target > .close")?.checkVisibility()
  if (event.defaultPrevented || event.target.closest?.("dialog, [role=menu]")) return
  if (open?.id === "jump") opener.click()
  else if (open) open.open = false
  else if (folded) fold()
  if (open) (open.querySelector("summary") ?? opener).focus()
  else if (folded) document.querySelector("a.fold").focus()
  else if (event.target.id === "box") document.querySelector("message-list").read()
  else document.getElementById("box")?.focus()
}

// A key that belongs to an input method, to choose among its words, is heard by nobody here: nothing is sent and nothing
// opens (U40). Safari's says so by its number alone.
document.addEventListener("keydown", (event) => { if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation() }, true)

document.addEventListener("keydown", (event) => {
  if (app.dataset.keys === "off") return
  if (event.key === "Escape") { leave(event); return }
  const ctrl = event.ctrlKey || event.metaKey
  if (ctrl && event.key.toLowerCase() === "k") goAnywhere()
  else if (ctrl && event.key === "/") document.getElementById("keys").showModal()
  else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) conversation(event.key === "ArrowUp" ? -1 : 1, event.shiftKey)
  else if (ctrl && event.shiftKey && event.key.toLowerCase() === "u") document.getElementById("attach")?.click()
  else if (event.altKey && !ctrl && event.code === "KeyP") document.querySelector("conversation-list").pin()
  else if (event.altKey && !ctrl && event.code === "KeyM") document.querySelector("conversation-list").mute()
  else if (event.altKey && event.code === "KeyN") document.querySelector("notice-bell button").click()
  else if (event.key === "F6") region(event.shiftKey ? -1 : 1)
  else return
  event.preventDefault()
})

opener?.addEventListener("click", () => {
  jump.hidden = !jump.hidden
  opener.setAttribute("aria-expanded", String(!jump.hidden))
  if (!jump.hidden) jump.querySelector("input").focus()
})
jump?.addEventListener("submit", async (event) => {
  event.preventDefault()
  const day = jump.querySelector("input")
  try {
    const { seq } = await live.ask("conversation.on", { conversation: app.dataset.conversation, date: day.value })
    jump.hidden = true
    opener.setAttribute("aria-expanded", "false")
    await document.querySelector("message-list").to(seq)
  } catch (error) { day.setCustomValidity(error.message); day.reportValidity(); day.setCustomValidity("") }
})
document.querySelector(".dock")?.addEventListener("focusin", ({ target }) => { // it would lie over Send
  if (location.hash !== "#about") return
  fold()
  target.focus() // going to a place in the page takes the focus away
})
document.getElementById("go").addEventListener("click", () => goAnywhere())
document.querySelector("#elsewhere button").addEventListener("click", () => goAnywhere(document.getElementById("filter").value))
live.addEventListener("ready", fetchRest, { once: true })
live.keep()
