"""Whether a certificate can be read in thirty years: what PDF/A-3a (ISO 19005-3) asks for, by tools that did not make it.

veraPDF is no package of our systems. pypdf reads the objects here, qpdf the structure of the file, poppler fonts and signature.
"""

import re
import subprocess
from io import BytesIO
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject, NameObject, StreamObject

from lms.core.crypto import Keyring
from lms.core.documents import sealing
from lms.credentials.documents import Look, certificate_pdf, certificate_pdfs
from lms.credentials.frozen import CertificateData
from lms.credentials.rules import STANDARD, CertificateKind, found_of, subject_of
from lms.credentials.views.template import SAMPLES
from tests.credentials.test_documents import changed
from tests.credentials.test_templates import a_picture

PAINTING_TEXT = {b"Tj", b"TJ", b"'", b'"'}
FORBIDDEN = {"/JavaScript", "/JS", "/Launch", "/Movie", "/Sound", "/ImportData", "/ResetForm", "/GoToR", "/SubmitForm"}


def certificate_of(kind: CertificateKind) -> CertificateData:
    if kind is CertificateKind.LECTURE:
        return changed()
    basis = SAMPLES[kind]
    return changed(kind=kind, basis=basis, score=None, lecture_title=subject_of(kind, basis), presence=found_of(kind, basis))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One of each kind, one of them with pictures that one can see through, and one of a batch; signed."""
    signer = sealing.Sealer(sealing.built_in(Keyring("a key of these tests and of nothing else")))
    folder, made = tmp_path_factory.mktemp("kept"), []
    for kind in CertificateKind:
        pictures = (a_picture(400, 200), a_picture()) if kind is CertificateKind.HOURS else ()
        path = folder / f"{kind.value}.pdf"
        path.write_bytes(signer.sign(certificate_pdf(certificate_of(kind), Look(STANDARD[kind], *pictures))))
        made.append(path)
    path = folder / "cast.pdf"  # as all of a batch are
    path.write_bytes(signer.sign(list(certificate_pdfs([changed(), changed(holder_name="欧阳建国")]))[1]))
    return [*made, path]


@pytest.fixture(scope="module")
def readers(files):
    return [PdfReader(BytesIO(path.read_bytes())) for path in files]


def objects_of(reader: PdfReader):
    """Every object that can be reached from the trailer, once."""
    seen, waiting = set(), [reader.trailer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [one.raw_get(name) for name in one]
        elif isinstance(one, ArrayObject):
            waiting += list(one)


def test_the_file_is_whole_and_not_locked(files, readers):
    for path, reader in zip(files, readers, strict=True):
        checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
        assert checked.returncode == 0 and "No syntax or stream encoding errors found" in checked.stdout, checked
        assert not reader.is_encrypted and len(reader.trailer["/ID"]) == 2
        assert re.match(rb"%PDF-1\.7\n%[\x80-\xff]{4}", path.read_bytes())


def test_it_says_that_it_is_pdf_a_3a_and_names_itself_the_same_in_both_places(readers):
    for reader in readers:
        told = reader.trailer["/Root"]["/Metadata"].get_data().decode()
        ElementTree.fromstring(
            told[told.index("<x:xmpmeta") : told.rindex("</x:xmpmeta>") + 12] if "<x:xmpmeta" in told else told
        )
        assert re.search(r'pdfaid:part(="|>)3', told) and re.search(r'pdfaid:conformance(="|>)A', told)
        assert reader.metadata.title in told and reader.metadata.author in told


def test_colours_mean_the_same_on_every_screen(readers):
    for reader in readers:
        (intent,) = reader.trailer["/Root"]["/OutputIntents"]
        profile = intent.get_object()["/DestOutputProfile"].get_object()
        assert intent.get_object()["/S"] == "/GTS_PDFA1" and profile["/N"] == 3 and profile.get_data()[36:40] == b"acsp"
        assert not [one for one in objects_of(reader) if "/DeviceCMYK" in (one.get("/ColorSpace"), one.get("/CS"))]


def test_every_character_is_drawn_from_the_file_itself_and_can_be_read_out_of_it(files, readers):
    for path, reader in zip(files, readers, strict=True):
        fonts = [one for one in objects_of(reader) if one.get("/Type") == "/Font" and one.get("/Subtype") == "/Type0"]
        assert fonts and all("/ToUnicode" in font for font in fonts)
        lines = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
        assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines), lines


def test_its_data_are_inside_with_what_they_are_to_it(readers):
    for reader in readers:
        (inside,) = reader.trailer["/Root"]["/AF"]
        inside = inside.get_object()
        assert inside["/AFRelationship"] == "/Source" and inside["/F"] == inside["/UF"] == "data.json"
        assert inside["/EF"]["/F"].get_object()["/Subtype"] in ("/application/json", "/application#2Fjson")
        assert inside["/EF"]["/F"].get_object()["/Params"]["/ModDate"]


def test_a_screen_reader_finds_the_order_the_headings_and_a_word_for_each_picture(readers):
    for reader in readers:
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "zh-CN"
        tags = [one for one in objects_of(reader) if one.get("/Type") == "/StructElem"]
        kinds = [str(tag["/S"]) for tag in tags]
        assert "/Document" in kinds and kinds.count("/H1") == 1
        assert all("/Alt" in tag for tag in tags if tag["/S"] == "/Figure")


def test_nothing_is_drawn_that_is_neither_told_nor_marked_as_ornament(readers):
    for reader in readers:
        (page,) = reader.pages
        depth, told, untold = [], 0, []
        for operands, operator in ContentStream(page["/Contents"], reader).operations:
            if operator in (b"BDC", b"BMC"):
                told_here = operands[0] == "/Artifact" or (len(operands) > 1 and "/MCID" in operands[1])
                depth.append(told_here)
                told += told_here
            elif operator == b"EMC":
                depth.pop()
            elif operator in PAINTING_TEXT and not any(depth):
                untold.append(operands)
        assert not depth and told and not untold


def test_nothing_in_it_runs_asks_the_network_or_depends_on_the_reader(readers):
    for reader in readers:
        for one in objects_of(reader):
            assert not FORBIDDEN & {str(name) for name in one} and str(one.get("/S")) not in FORBIDDEN
            assert one.get("/Interpolate") in (None, False) and one.get("/Filter") != NameObject("/LZWDecode")
            if isinstance(one, StreamObject):
                assert "/F" not in one, "a stream that lies in another file"
        assert "/OpenAction" not in reader.trailer["/Root"] and "/AA" not in reader.trailer["/Root"]
        (field,) = reader.trailer["/Root"]["/AcroForm"]["/Fields"]
        assert field.get_object()["/F"] & 4 and list(field.get_object()["/Rect"]) == [0, 0, 0, 0], "printed, nothing to be seen"
