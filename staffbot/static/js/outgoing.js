// Messages on their way: what is written while offline waits here, in order, and goes once (U97). Only plain messages
// wait; whatever would leave the building stays in the box.
import { live } from "./live.js"
import { say } from "./say.js"

const MOST = 50
const app = document.querySelector(".app")
const waiting = []
let going = false

// The message once it is kept, or null while it waits; `shown` is its text as people read it.
export async function send(fields, shown) {
  if (live.ready && !waiting.length) {
    try { return await live.ask("message.send", fields) } catch (error) { if (error.code !== "offline") throw error }
  }
  if (waiting.length >= MOST) throw { code: "offline", message: `You are offline, and ${MOST} messages wait already. Your text is kept here.` }
  waiting.push({ fields, row: document.querySelector("message-list").wait(placeholder(fields, shown)) })
  if (!live.ready) say("You are offline. This will go when you are back.")
  flush()
  return null
}

async function flush() {
  if (going) return
  going = true
  while (waiting.length && live.ready) {
    const { fields, row } = waiting[0]
    try {
      const message = await live.ask("message.send", fields)
      row.remove()
      document.querySelector("message-list").add(message)
    } catch (error) {
      if (error.code === "offline") break
      row.querySelector(".ticks").textContent = error.message
      if (error.code === "too_many") { await new Promise((resolve) => setTimeout(resolve, error.wait * 1000)); continue }
    }
    waiting.shift()
  }
  going = false
}

function placeholder(fields, shown) {
  return {
    id: fields.client_id, seq: "", kind: "internal", kind_words: "Internal", direction: "internal", author: { id: app.dataset.me, name: app.dataset.meName },
    text: shown, attachments: [], reactions: [], created_at: new Date().toISOString(), status: { code: "queued", words: "Will go when you are online" },
  }
}

live.addEventListener("ready", flush)
window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault() })
