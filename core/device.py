"""What a browser says it runs on, in words a person recognises: `a computer with Firefox`. Never more than a hint."""

_DEVICES = {"iPhone": "an iPhone", "iPad": "an iPad", "Android": "an Android phone", "Mobile": "a phone"}
_BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}


def named(agent: str) -> str:
    """The device, and the browser where it is a known one; `a device` for a browser that says nothing."""
    if not agent:
        return "a device"
    device = next((said for word, said in _DEVICES.items() if word in agent), "a computer")
    browser = next((said for word, said in _BROWSERS.items() if word in agent), "")
    return f"{device} with {browser}" if browser else device
