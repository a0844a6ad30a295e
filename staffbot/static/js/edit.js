// Saying one's own internal message differently, in its place (U30). Up in an empty box takes the last one.
import { live } from "./live.js"
import { say } from "./say.js"
import { unchanged } from "./trouble.js"

const app = document.querySelector(".app")
const box = document.getElementById("box")
const SENDS = app.dataset.enter === "send" // Enter alone, else together with Shift (U40)

export function edit(row) {
  const body = row.querySelector(".msg-body")
  if (body.querySelector("form")) return
  const from = document.activeElement === box ? box : row // where the keys go back to (U100)
  const form = Object.assign(document.createElement("form"), { className: "editing", shown: [...body.childNodes] })
  const field = document.createElement("textarea")
  field.className = "input short"
  field.setAttribute("aria-label", "Edit message")
  field.value = row.querySelector(".text").textContent
  const save = Object.assign(document.createElement("button"), { className: "btn btn-s btn-main", textContent: "Save" })
  const stop = Object.assign(document.createElement("button"), { className: "btn btn-s", textContent: "Cancel", type: "button" })
  const back = () => { body.replaceChildren(...form.shown); from.focus() }
  const wrong = Object.assign(document.createElement("p"), { className: "problem", hidden: true })
  wrong.setAttribute("role", "alert")
  stop.addEventListener("click", back)
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    save.disabled = true
    try {
      const message = await live.ask("message.edit", { message: row.dataset.message, text: field.value })
      back()
      document.querySelector("message-list").add(message)
      say("Changed")
    } catch (error) {
      wrong.textContent = unchanged(error)
      wrong.hidden = false
      save.disabled = false
    }
  })
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); back() }
    else if (event.key === "Enter" && event.shiftKey !== SENDS) { event.preventDefault(); form.requestSubmit() }
  })
  form.append(field, save, stop, wrong)
  body.replaceChildren(form)
  field.focus()
  form.scrollIntoView({ block: "nearest" }) // with its buttons, also in the last message
}

export function editLast() {
  const last = document.querySelector("message-list").rows.findLast((row) => row.dataset.author === app.dataset.me && row.dataset.kind === "internal" && !("deleted" in row.dataset))
  if (last) edit(last)
}
