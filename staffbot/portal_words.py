"""What is wrong with how a practice wants to look to its patients, and in which language it writes to one."""

INVALID: dict[tuple[str, str], str] = {
    ("logo", "empty"): "Choose a picture first: a PNG or JPEG file.",
    ("logo", "type"): "That is no PNG or JPEG picture. Save your logo as one of these and try again.",
    ("logo", "size"): "That picture is larger than {limit} MB. Make it smaller and try again.",
    ("logo", "pixels"): "That picture has too many pixels. Make it smaller and try again.",
    ("logo", "damaged"): "That picture cannot be read. Save it anew as PNG or JPEG and try again.",
    ("name", "long"): "The name is too long. Use at most {limit} letters.",
    ("name", "characters"): "The name has signs that nobody can see. Type it anew.",
    ("practice", "name"): "The practice needs a name.",
    ("phone", "empty"): "Write the phone number that patients ring.",
    ("phone", "number"): "“{value}” is no number that a patient could ring. Write one with its digits.",
    ("phone", "long"): "The phone number is too long. Write one number alone.",
    ("phone", "characters"): "The phone number has signs that nobody can see. Type it anew.",
    ("urgent", "empty"): "Say what to do if it is urgent: a patient may read this page when you are closed.",
    ("urgent", "long"): "What to do if it is urgent is too long. Use at most {limit} letters.",
    ("urgent", "characters"): "What to do if it is urgent has signs that nobody can see. Type it anew.",
    ("urgent_de", "long"): "What to do if it is urgent is too long in German. Use at most {limit} letters.",
    ("urgent_de", "characters"): "The German line has signs that nobody can see. Type it anew.",
    ("hours_de", "long"): "Your hours are too long in German. Use at most {limit} letters.",
    ("hours_de", "characters"): "The hours in German have signs that nobody can see. Type them anew.",
    ("language", "unknown"): "We do not write in that language yet. Choose one of the list.",
}
