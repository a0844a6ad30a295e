// Files on their way: by button, paste or drop; each with its name, its progress and a way out (U43).
import { clone } from "./rows.js"
import { say } from "./say.js"

const tray = document.getElementById("uploads")

export class Uploads {
  #files = new Map()

  // `changed` is called when a file is there, or is taken away.
  constructor(changed) { this.changed = changed }

  get ids() { return [...this.#files.values()].filter((one) => one.id).map((one) => one.id) }
  get kept() { return [...this.#files].filter(([, one]) => one.id).map(([chip, { id }]) => ({ id, name: chip.querySelector(".name").textContent })) }
  get busy() { return [...this.#files.values()].some((one) => !one.id) }

  add(files, refused) { for (const file of files) this.#send(file, refused) }

  // These went with a message.
  forget(ids) {
    for (const [chip, entry] of this.#files) if (ids.includes(entry.id)) { this.#files.delete(chip); chip.remove() }
  }

  // All but what is still on its way: that went with nothing, and belongs to what is typed next.
  clear() { this.forget(this.ids) }

  // Files of a draft that came back.
  restore(attachments) { for (const one of attachments) this.#show(one.name, { id: one.id }).querySelector("progress").remove() }

  #show(name, entry) {
    const chip = clone("t-upload")
    chip.querySelector(".name").textContent = name
    const button = chip.querySelector("button")
    button.setAttribute("aria-label", `Remove ${name}`)
    button.addEventListener("click", () => { this.#files.delete(chip); chip.remove(); this.changed(); document.getElementById("box").focus() })
    this.#files.set(chip, entry)
    tray.append(chip)
    return chip
  }

  #send(file, refused) {
    const entry = { id: null }
    const chip = this.#show(file.name, entry)
    const bar = chip.querySelector("progress")
    const request = new XMLHttpRequest()
    const body = new FormData()
    body.append("file", file)
    request.upload.addEventListener("progress", (event) => { bar.value = (100 * event.loaded) / event.total })
    request.addEventListener("load", () => {
      if (request.status === 201) {
        entry.id = JSON.parse(request.responseText).id
        bar.remove()
        say(`${file.name} added`)
        this.changed()
        return
      }
      this.#files.delete(chip)
      chip.remove()
      let said = `${file.name} was not added. Try again.`
      try { said = JSON.parse(request.responseText).error.message } catch { /* the sentence above says it */ }
      refused(said)
    })
    request.addEventListener("error", () => { chip.remove(); this.#files.delete(chip); refused(`${file.name} was not added: the connection was lost. Try again.`) })
    request.open("POST", "/uploads")
    request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf-token"]').content) // of the session by now
    request.send(body)
  }
}
