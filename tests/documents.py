"""Files as people and attackers send them, made here so that the tests carry none."""

import io
import zipfile
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image

from core.messages.parsing.word import MAIN


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), **saved: Any) -> bytes:
    if form == "HEIF":
        pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", size, "#286f52").save(out, form, **saved)
    return out.getvalue()


def photo_with_a_place(form: str = "JPEG") -> bytes:
    """A photo that says where it was taken, with what, and which way up."""
    exif = Image.Exif()
    exif[0x010F] = "Latchphone"
    exif[0x0112] = 6  # turned a quarter
    exif[0x8825] = {1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)}
    return picture(form, exif=exif)


def pdf(pages: int = 1, *, author: str = "", **root: Any) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    for key, value in root.items():
        document.Root[f"/{key}"] = value
    if author:
        document.docinfo["/Author"] = author
    return saved(document)


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def locked_pdf() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    return saved(document, encryption=pikepdf.Encryption(owner="keep", user="out"))


def pdf_with_a_script() -> bytes:
    return pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")))


def pdf_with_a_script_in_a_field() -> bytes:
    """The script stands inside the value of another value, not in an object of its own."""
    document = pikepdf.new()
    document.add_blank_page()
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("a"), A=action)
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    return saved(document)


def pdf_that_starts_a_program() -> bytes:
    return pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe")))


def pdf_that_looks_elsewhere(how: str) -> bytes:
    """It asks for something that is not in it, by being opened."""
    there = pikepdf.String("http://a.example/x.pdf")
    if how == "address":
        return pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=there))
    if how == "address after a page":
        step = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=there)
        turned = pikepdf.Dictionary(S=pikepdf.Name.Named, N=pikepdf.Name.FirstPage, Next=pikepdf.Array([step]))
        return pdf(OpenAction=turned)
    if how == "address without end":
        document = pikepdf.new()
        document.add_blank_page()
        step = document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Named, N=pikepdf.Name.FirstPage))
        step["/Next"] = step
        document.Root.OpenAction = step
        return saved(document)
    if how == "thread":
        return pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.Thread, F=there))
    document = pikepdf.new()
    document.add_blank_page()
    stream = pikepdf.Stream(document, b"x")
    if how == "stream":
        stream["/F"] = there
    else:
        stream["/Subtype"], stream["/Ref"] = pikepdf.Name.Form, pikepdf.Dictionary(F=there, Page=1)
    document.Root.X = document.make_indirect(stream)
    return saved(document)


def pdf_with_a_file_inside() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments["inner.txt"] = b"hidden"
    return saved(document)


def word_document(**more: bytes) -> bytes:
    """A Word document of one line; `more` are further parts, `__` in their names standing for `/`."""
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'.encode()
    parts = {"[Content_Types].xml": types, "word/document.xml": b"<w:document>Hello</w:document>"}
    parts |= {name.replace("__", "/"): said for name, said in more.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, said in parts.items():
            archive.writestr(name, said)
    return out.getvalue()
