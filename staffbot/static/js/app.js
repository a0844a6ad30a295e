// The chat: its parts, then the connection.
import "./list.js"
import "./messages.js"
import "./draft.js"
import "./composer.js"
import "./notices.js"
import "./actions.js"
import "./reply.js"
import "./typing.js"
import "./goto.js"
import "./keys.js"
import { live } from "./live.js"

live.keep()
