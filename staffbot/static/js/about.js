// What stands beside a conversation about a patient, asked anew when something happens in it.
import { live } from "./live.js"
import { file, iconed } from "./rows.js"

const RESTED = 1000 // ms without news: what comes together is asked for once
const app = document.querySelector(".app")
const places = [...document.querySelectorAll("[data-beside]")]
let timer = null

function line({ href, name, more }) {
  const made = document.createElement("li")
  const words = document.createElement("span")
  const link = Object.assign(document.createElement("a"), { href, textContent: name })
  words.append(link, more)
  made.append(iconed("clock", "").firstElementChild, words)
  return made
}

function entry(one) {
  const made = document.createElement("li")
  made.append(file(one))
  return made
}

async function refresh() {
  const found = await live.ask("conversation.beside", { conversation: app.dataset.conversation }).catch(() => null)
  if (!found) return // the next news asks again
  for (const place of places) {
    const { beside } = place.dataset
    if (place.contains(document.activeElement)) { // nothing moves under the focus; what is new stands there once it left
      place.addEventListener("focusout", soon, { once: true })
      continue
    }
    place.hidden = !found[beside].length
    place.querySelector("ul").replaceChildren(...found[beside].map(beside === "files" ? entry : line))
  }
}

function soon() {
  clearTimeout(timer)
  timer = setTimeout(refresh, RESTED)
}

if (places.length) {
  for (const name of ["message.created", "message.updated", "draft.updated", "conversation.updated"]) {
    live.addEventListener(name, ({ detail }) => { if (detail.conversation === app.dataset.conversation) soon() })
  }
  live.addEventListener("ready", ({ detail }) => { if (detail.again) soon() }) // not all of it is told again
  if (live.seq > Number(app.dataset.heard)) soon() // something came before this part did
  live.addEventListener("delivery.updated", ({ detail }) => { if (document.getElementById(`m-${detail.message}`)) soon() })
}
