// A message's page, kept up to date: a step of its way shows by itself and is said once (U67). The server makes the page
// once more, and what changed of it is put in place of what stood there; all of it works without this, too.
import { live } from "./live.js"
import { arrived, say } from "./say.js"

const MOVING = ["status", "way", "deliveries", "can"] // ids of what can change
const SOON = 100 // ms in which several changes are one
const page = document.getElementById("way").dataset
let soon = null
let times = 0 // that it was asked for
let waits = false // a part would have changed under somebody's hands: it does once they have left

const reached = () => [...document.querySelectorAll("#way .step:not(.next)")]
const written = (step) => `${step.querySelector("b").textContent}, ${step.querySelector("time").textContent}`

// Parsed by the browser as it parses a page: strings never become elements here (S66).
function fetched() {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest()
    asked.responseType = "document"
    asked.onload = () => asked.status === 200 && asked.response ? resolve(asked.response) : reject(new Error(asked.status))
    asked.onerror = reject
    asked.open("GET", `/messages/${page.message}/now`)
    asked.send()
  })
}

function show(fresh) {
  const known = reached().map(written)
  waits = false
  for (const id of MOVING) {
    const [old, part] = [document.getElementById(id), fresh.getElementById(id)]
    if (!old || !part || old.textContent === part.textContent) continue
    if (old.contains(document.activeElement)) waits = true
    else old.replaceWith(document.adoptNode(part))
  }
  for (const one of reached()) {
    const at = known.indexOf(written(one))
    if (at < 0) arrived(one.dataset.says ?? written(one))
    else known.splice(at, 1)
  }
}

async function look() {
  soon = null
  const mine = ++times
  const fresh = await fetched().catch(() => null) // again with the next step, or when back
  if (fresh && mine === times) show(fresh) // an older one may come last
}

function heard({ detail }) {
  if ([detail.id, detail.message].includes(page.message)) soon ??= setTimeout(look, SOON)
}

// The words with who wrote them and when, and what happened: for the patient's record elsewhere (U66, U112).
const copy = document.getElementById("copy")
document.getElementById("copying").hidden = false
copy.addEventListener("click", async () => {
  const head = [".page-head .kind", ".page-head .soft"].map((one) => document.querySelector(one).textContent.trim())
  const words = [...document.querySelectorAll(".letter > p:not(:has(button))")].map((one) => one.textContent)
  await navigator.clipboard.writeText([head.join(". "), ...words, "", ...reached().map(written)].join("\n"))
  copy.textContent = "Copied"
  say("Copied")
})

for (const name of ["message.updated", "delivery.updated"]) live.addEventListener(name, heard)
live.addEventListener("ready", look)
document.querySelector("main").addEventListener("focusout", () => { if (waits) soon ??= setTimeout(look, SOON) })
live.keep()
