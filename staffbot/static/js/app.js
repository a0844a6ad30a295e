// The chat: its parts, then the connection.
import "./list.js"
import "./messages.js"
import "./draft.js"
import "./composer.js"
import "./notices.js"
import { live } from "./live.js"

live.connect()
window.addEventListener("online", () => live.ready || live.connect())
