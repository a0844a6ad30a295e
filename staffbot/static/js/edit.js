// Saying one's own internal message differently, in its place (U30). Up in an empty box takes the last one.
import { live } from "./live.js"
import { shout } from "./say.js"

const app = document.querySelector(".app")
const box = document.getElementById("box")
const SENDS = app.dataset.enter === "send" // Enter alone, else together with Shift (U40)

export function edit(row) {
  const body = row.querySelector(".msg-body")
  if (body.querySelector("form")) return
  const shown = [...body.childNodes]
  const form = document.createElement("form")
  form.className = "editing"
  const field = document.createElement("textarea")
  field.className = "input short"
  field.setAttribute("aria-label", "Edit message")
  field.value = row.querySelector(".text").textContent
  const save = Object.assign(document.createElement("button"), { className: "btn btn-s btn-main", textContent: "Save" })
  const stop = Object.assign(document.createElement("button"), { className: "btn btn-s", textContent: "Cancel", type: "button" })
  const back = () => { body.replaceChildren(...shown); box.focus() }
  stop.addEventListener("click", back)
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    try {
      const text = field.value
      back()
      const message = await live.ask("message.edit", { message: row.dataset.message, text })
      document.querySelector("message-list").add(message)
    } catch (error) { shout(error.message) }
  })
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); back() }
    else if (event.key === "Enter" && event.shiftKey !== SENDS) { event.preventDefault(); form.requestSubmit() }
  })
  form.append(field, save, stop)
  body.replaceChildren(form)
  field.focus()
  form.scrollIntoView({ block: "nearest" }) // with its buttons, also in the last message
}

export function editLast() {
  const last = document.querySelector("message-list").rows.findLast((row) => row.dataset.author === app.dataset.me && row.dataset.kind === "internal" && !("deleted" in row.dataset))
  if (last) edit(last)
}
