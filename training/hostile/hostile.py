"""Writes files with words in every place where a format can hide some. README.md says what for."""

import io
import itertools
import json
import pathlib
import sys
import zipfile

import pdf

VISIBLE = "P: VISIBLE"
# The end of each hidden word: other bytes in every encoding.
HAN = "\u533f\u96c0"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


class Canary:
    """Each time it is asked for, another word."""

    def __init__(self, end=HAN):
        self.count, self.end = itertools.count(1), end

    def __str__(self):
        return f"CANARY{next(self.count):02}{self.end}"


def archive(members, stored=(), comment=""):
    """The same bytes for the same members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.comment = comment.encode()
        for name, data in members:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            info.comment = b"CANARYmember"
            # An extra field of nobody's.
            info.extra = b"\xfe\xca\x0b\x00CANARYextra"
            file.writestr(info, data)
    return out.getvalue()


def relations(*all_):
    body = "".join(
        f'<Relationship Id="{id_}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}"{" TargetMode=" + chr(34) + "External" + chr(34) if "://" in target else ""}/>'
        for id_, kind, target in all_
    )
    return f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{body}</Relationships>'


def docx():
    c = Canary()
    run = lambda text, props="": f"<w:r><w:rPr>{props}</w:rPr><w:t>{text}</w:t></w:r>"
    p = lambda inner: f"<w:p>{inner}</w:p>"
    mark = lambda kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'
    by = lambda: f'w:id="1" w:author="{c}" w:date="2020-01-01T00:00:00Z" w:rsidR="{c}"'
    body = "".join(
        [
            f"<!-- {c} --><?x {c}?>",
            p(run(VISIBLE)),
            p(f"<w:del {by()}><w:r><w:delText>{c}</w:delText></w:r><w:r><w:t>{c}</w:t></w:r></w:del>" + run("VISIBLE")),
            p(f"<w:moveFrom {by()}>{run(c)}</w:moveFrom><w:ins {by()}>{run('VISIBLE')}</w:ins>"),
            p(run(c, "<w:vanish/>") + run(c, '<w:rStyle w:val="Hidden"/>')),
            f'<w:p w:rsidR="{c}"><w:pPr><w:pStyle w:val="Gone"/><w:pPrChange {by()}><w:pPr/></w:pPrChange></w:pPr>{run(c)}</w:p>',
            p(
                mark("begin") + f'<w:r><w:instrText>HYPERLINK "mailto:{c}" \\o "{c}"</w:instrText></w:r>' + run(c)
                + mark("separate") + run("VISIBLE") + mark("end")
            ),
            p(f'<w:fldSimple w:instr="AUTHOR {c}"><w:fldData>{c}</w:fldData>{run("VISIBLE")}</w:fldSimple>'),
            p(f'<w:hyperlink r:id="rId9" w:tooltip="{c}" w:anchor="{c}">{run("VISIBLE")}</w:hyperlink>'),
            p(f'<w:bookmarkStart w:id="0" w:name="{c}"/>{run("VISIBLE")}<w:bookmarkEnd w:id="0"/><w:permStart w:ed="{c}"/>'),
            f'<w:sdt><w:sdtPr><w:alias w:val="{c}"/><w:tag w:val="{c}"/><w:dataBinding w:xpath="{c}"/><w:docPartObj>'
            f'<w:docPartGallery w:val="{c}"/></w:docPartObj></w:sdtPr><w:sdtContent>{p(run("VISIBLE"))}</w:sdtContent></w:sdt>',
            f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p(run(c))}</w:sdtContent></w:sdt>",
            p(
                f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="{c}" descr="{c}" title="{c}"><a:hlinkClick tooltip="{c}"/>'
                f'</wp:docPr><a:graphic><a:graphicData><pic:pic><pic:nvPicPr><pic:cNvPr name="{c}" descr="{c}"/></pic:nvPicPr>'
                f"</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
            ),
            p(
                f'<w:r><w:pict><v:shape alt="{c}" title="{c}" href="{c}"><v:imagedata o:title="{c}"/><v:textbox><w:txbxContent>'
                f"{p(run('VISIBLE'))}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
            ),
            p(
                f'<w:r><mc:AlternateContent><mc:Choice Requires="zz">{p(run(c))}</mc:Choice><mc:Fallback>{run("VISIBLE")}'
                f"</mc:Fallback></mc:AlternateContent></w:r>"
            ),
            p(f"<zz:aside>{run(c)}</zz:aside>"),
            p(f'<w:r><w:object><o:OLEObject ProgID="{c}"/></w:object></w:r>'),
            p(
                f'<w:commentRangeStart w:id="1"/>{run("VISIBLE")}<w:r><w:commentReference w:id="1"/></w:r><w:r>'
                f'<w:footnoteReference w:id="2"/></w:r><w:del {by()}><w:r><w:footnoteReference w:id="3"/></w:r></w:del>'
            ),
            f'<w:tbl><w:tblPr><w:tblCaption w:val="{c}"/><w:tblDescription w:val="{c}"/></w:tblPr><w:tr><w:trPr><w:hidden/></w:trPr>'
            f"<w:tc>{p(run(c))}</w:tc></w:tr><w:tr><w:tc>{p(run('VISIBLE'))}</w:tc></w:tr></w:tbl>",
            f'<w:customXml w:uri="{c}" w:element="{c}"><w:customXmlPr><w:attr w:name="{c}" w:val="{c}"/></w:customXmlPr>'
            f"{p(run('VISIBLE'))}</w:customXml>",
            '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:headerReference w:type="first" r:id="rId2"/></w:sectPr>',
        ]
    )
    document = f"{XML}<w:document>{'<w:body>' + body + '</w:body>'}</w:document><!-- {c} -->"
    styles = (
        f'{XML}<w:styles><w:style w:type="paragraph" w:styleId="Gone"><w:name w:val="{c}"/><w:rPr><w:vanish/></w:rPr></w:style>'
        f'<w:style w:type="character" w:styleId="Hidden"><w:name w:val="{c}"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    )
    part = lambda root, inner: f"{XML}<w:{root}>{inner}</w:{root}>"
    notes = (
        f'<w:footnote w:id="2">{p(run("VISIBLE"))}</w:footnote><w:footnote w:id="3">{p(run(c))}</w:footnote>'
    )
    members = [
        ("[Content_Types].xml", f"{XML}<Types><!-- {c} --></Types>"),
        ("_rels/.rels", relations(("r1", "officeDocument", "word/document.xml"), (str(c), "x", f"{c}.bin"))),
        ("word/document.xml", document),
        (
            "word/_rels/document.xml.rels",
            relations(
                ("rId1", "header", "header1.xml"), ("rId2", "header", "header2.xml"), ("rId3", "styles", "styles.xml"),
                ("rId4", "footnotes", "footnotes.xml"), ("rId5", "comments", "comments.xml"),
                ("rId9", "hyperlink", f"http://{c}/"), ("rId10", "attachedTemplate", f"file:///{c}/x://"),
                ("rId11", "image", f"media/{c}.png"), ("rId12", "glossaryDocument", "glossary/document.xml"),
            ),
        ),
        ("word/header1.xml", part("hdr", p(run("VISIBLE")))),
        ("word/header2.xml", part("hdr", p(run(c)))),
        ("word/styles.xml", styles),
        ("word/footnotes.xml", part("footnotes", notes)),
        ("word/comments.xml", part("comments", f'<w:comment w:author="{c}" w:initials="{c}">{p(run(c))}</w:comment>')),
        ("word/commentsExtended.xml", part("x", c)),
        ("word/people.xml", part("people", f'<w15:person w15:author="{c}"><w15:presenceInfo w15:userId="{c}"/></w15:person>')),
        ("word/settings.xml", part("settings", f'<w:rsid w:val="{c}"/><w:docVar w:name="{c}" w:val="{c}"/><w15:docId w15:val="{c}"/>')),
        ("word/glossary/document.xml", part("glossaryDocument", p(run(c)))),
        ("word/fontTable.xml", part("fonts", f'<w:font w:name="{c}"/>')),
        ("word/webSettings.xml", part("webSettings", f"<w:div>{c}</w:div>")),
        ("word/embeddings/oleObject1.bin", str(c)),
        (f"word/media/{c}.png", f"\x89PNG {c}"),
        ("docProps/core.xml", f"{XML}<cp:coreProperties><dc:creator>{c}</dc:creator><dc:title>{c}</dc:title></cp:coreProperties>"),
        ("docProps/app.xml", f"{XML}<Properties><Company>{c}</Company><Template>{c}</Template></Properties>"),
        ("docProps/custom.xml", f'{XML}<Properties><property name="{c}"><vt:lpwstr>{c}</vt:lpwstr></property></Properties>'),
        ("docProps/thumbnail.jpeg", str(c)),
        ("customXml/item1.xml", f"{XML}<x>{c}</x>"),
        (f"{c}.txt", str(c)),
    ]
    return archive(members, comment=str(c)) + str(c).encode()


def odt():
    c = Canary()
    p = lambda inner, style="": f'<text:p text:style-name="{style}">{inner}</text:p>'
    style = lambda name, family: (
        f'<style:style style:name="{name}" style:display-name="{c}" style:family="{family}"><style:text-properties '
        f'text:display="none"/></style:style>'
    )
    body = "".join(
        [
            f"<!-- {c} --><?x {c}?><office:forms><form:form form:name='{c}'>{c}</form:form></office:forms>",
            f"<text:tracked-changes><text:changed-region text:id='{c}'><text:deletion><office:change-info><dc:creator>{c}</dc:creator>"
            f"</office:change-info>{p(c)}</text:deletion></text:changed-region></text:tracked-changes>",
            f"<text:variable-decls><text:variable-decl text:name='{c}'/></text:variable-decls><text:user-field-decls>"
            f"<text:user-field-decl text:name='{c}' office:string-value='{c}'/></text:user-field-decls>",
            p(VISIBLE),
            p(f"VISIBLE<office:annotation office:name='{c}'><dc:creator>{c}</dc:creator>{p(c)}</office:annotation>"),
            p(c, "Gone") + p(f"<text:span text:style-name='Hidden'>{c}</text:span>VISIBLE"),
            p(f"{c}<text:hidden-paragraph text:condition='{c}' text:is-hidden='true'/>{c}"),
            p(f"<text:hidden-text text:condition='{c}' text:string-value='{c}' text:is-hidden='true'>{c}</text:hidden-text>VISIBLE"),
            p(f"<text:script script:language='{c}'>{c}</text:script><text:variable-set text:name='{c}' text:display='none'>{c}"
              f"</text:variable-set><text:placeholder text:description='{c}'>VISIBLE</text:placeholder>"),
            p(f"<text:a xlink:href='http://{c}/' office:title='{c}' office:name='{c}'>VISIBLE</text:a>"),
            p(f"<text:bookmark-start text:name='{c}'/>VISIBLE<text:bookmark-end text:name='{c}'/><text:reference-mark text:name='{c}'/>"),
            p(f"VISIBLE<text:bookmark-start text:name='m' loext:hidden='true'/>{c}<text:bookmark-end text:name='m'/>"),
            f"<text:section text:name='{c}' text:display='none'>{p(c)}</text:section>",
            f"<text:section text:name='{c}' text:is-hidden='true' text:condition='{c}' text:display='condition'>{p(c)}</text:section>",
            p(f"<draw:frame draw:name='{c}'><draw:image xlink:href='Pictures/{c}.png'><text:p>{c}</text:p></draw:image>"
              f"<svg:title>{c}</svg:title><svg:desc>{c}</svg:desc></draw:frame>"),
            p(f"<draw:frame><draw:text-box>{p('VISIBLE')}</draw:text-box><draw:object xlink:href='./{c}'/></draw:frame>"),
            p(f"<draw:frame draw:display='none'><draw:text-box>{p(c)}</draw:text-box></draw:frame>"),
            f"<table:table table:name='{c}'><table:title>{c}</table:title><table:desc>{c}</table:desc><table:table-row "
            f"table:visibility='collapse'><table:table-cell>{p(c)}</table:table-cell></table:table-row><table:table-row>"
            f"<table:table-cell table:formula='{c}' office:string-value='{c}'>{p('VISIBLE')}</table:table-cell></table:table-row></table:table>",
            f"<zz:aside>{p(c)}</zz:aside>",
        ]
    )
    content = (
        f"{XML}<office:document-content><office:scripts><office:script>{c}</office:script></office:scripts>"
        f"<office:automatic-styles>{style('Gone', 'paragraph')}{style('Hidden', 'text')}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content><!-- {c} -->"
    )
    page = lambda name, inner: (
        f"<style:master-page style:name='{name}' style:display-name='{c}'><style:header>{inner}</style:header></style:master-page>"
    )
    styles = (
        f"{XML}<office:document-styles><office:master-styles>{page('Standard', p('VISIBLE'))}{page('Unused', p(c))}"
        f"</office:master-styles></office:document-styles>"
    )
    members = [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content),
        ("styles.xml", styles),
        ("meta.xml", f"{XML}<office:document-meta><meta:initial-creator>{c}</meta:initial-creator></office:document-meta>"),
        ("settings.xml", f"{XML}<x><config:config-item config:name='{c}'>{c}</config:config-item></x>"),
        ("META-INF/manifest.xml", f"{XML}<manifest:manifest><manifest:file-entry manifest:full-path='{c}'/></manifest:manifest>"),
        ("META-INF/documentsignatures.xml", f"{XML}<x>{c}</x>"),
        ("Thumbnails/thumbnail.png", str(c)),
        (f"Pictures/{c}.png", str(c)),
        ("Object 1/content.xml", f"{XML}<x>{c}</x>"),
        ("Versions/Version1", str(c)),
        ("VersionList.xml", f"{XML}<x comment='{c}'/>"),
        (f"{c}.txt", str(c)),
    ]
    return archive(members, stored=("mimetype",), comment=str(c)) + str(c).encode()


def rtf():
    c = Canary()
    group = lambda word: f"{{{word} {c}}}"
    hidden = [
        r"\*\generator", r"\*\template", r"\*\unknown", r"\*\xmlnstbl", r"\*\datastore", r"\*\themedata", r"\*\rsidtbl",
        r"\*\revtbl", r"\*\docvar", r"\*\userprops", r"\*\bkmkstart", r"\*\bkmkend", r"\*\atnid", r"\*\atnauthor",
        r"\*\annotation", r"\*\fldinst", r"\*\protusertbl", r"\*\hlinkbase", r"\*\listtable", r"\xe", r"\tc", r"\v", r"\deleted",
        r"\pict", r"\nonshppict", r"\listtext", r"\pntext", r"\filetbl", r"\colortbl", r"\*\passwordhash", r"\*\ftnsep",
        r"\headerf", r"\headerl", r"\*\falt", r"\*\objdata",
    ]  # fmt: skip
    info = "".join(
        group(rf"\{it}") for it in "title subject author manager company operator category keywords comment doccomm".split()
    )
    text = "".join(
        [
            r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil{\*\falt " + f"{c}" + r"}" + f"{c}" + r";}}",
            r"{\stylesheet{\s0 " + f"{c};" + r"}}",
            r"{\info" + info + "}",
            *map(group, hidden),
            VISIBLE + r"\par ",
            r"{\field{\*\fldinst HYPERLINK " + f'"{c}"' + r"{\*\datafield " + f"{c}" + r"}}{\fldrslt VISIBLE}}\par ",
            r"{\shp{\*\shpinst{\sp{\sn wzName}{\sv " + f"{c}" + r"}}{\shptxt VISIBLE\par}}{\shprslt " + f"{c}" + r"}}",
            r"{\object{\*\objclass " + f"{c}" + r"}{\*\objname " + f"{c}" + r"}{\result VISIBLE}}\par ",
            r"{\upr{" + f"{c}" + r"}{\*\ud{VISIBLE}}}\v " + f"{c}" + r"\v0\par",
            r"}" + f"{c}",
        ]
    )
    return text.encode()


def html():
    c = Canary()
    text = "".join(
        [
            f"<!-- {c} --><!doctype html><?x {c}?><html lang='{c}'><head><title>{c}</title><meta charset=utf-8>",
            f"<meta name='author' content='{c}'><link href='{c}'><style>{c}</style><script>{c}</script><base href='{c}'></head>",
            f"<body onload='{c}'><p id='{c}' class='{c}' data-x='{c}'>{VISIBLE}</p>",
            f"<!--[if mso]><p>{c}</p><![endif]--><![CDATA[ {c} ]]><p hidden>{c}<p>VISIBLE",
            f"<div style='display: none'><p>{c}<table><tr><td>{c}</table></div><span style='visibility:hidden'>{c}</span>",
            f"<p style='mso-hide:all'>{c}</p><p aria-label='{c}'>VISIBLE<img src='{c}' alt='{c}' title='{c}'></p>",
            f"<a href='mailto:{c}' title='{c}'>VISIBLE</a><template><p>{c}</p></template><noscript>{c}</noscript>",
            f"<iframe srcdoc='{c}'>{c}</iframe><object data='{c}'>{c}</object><embed src='{c}'><svg><title>{c}</title><desc>{c}</desc>"
            f"<metadata>{c}</metadata></svg><video>{c}</video><audio>{c}</audio><canvas>{c}</canvas><select><option>{c}</select>",
            f"<textarea>{c}</textarea><input type=hidden value='{c}'><input placeholder='{c}'><datalist><option>{c}</datalist>",
            f"<dialog>{c}</dialog><div popover>{c}</div><script type='application/ld+json'>{{'x': '{c}'}}</script>",
            f"<p>VISIBLE<o:p title='{c}'></o:p><script>{c}</script ></p></body></html><!-- {c}",
        ]
    )
    return text.encode()


def otranscribe():
    c = Canary()
    text = (
        f'<p><span class="timestamp" data-timestamp="12.34" title="{c}">0:12</span>{VISIBLE}</p><!-- {c} --><p hidden>{c}</p>'
        f'<p style="display:none">{c}</p><img alt="{c}" src="{c}"><p data-{str(c).lower()}="{c}">VISIBLE</p><script>{c}</script>'
    )
    document = {
        "text": text, "media": f"{c}.mp3", "media-source": f"https://{c}/", "media-time": 12.5, str(c): {str(c): [str(c)]},
        "user": str(c),
    }  # fmt: skip
    return json.dumps(document).encode()


def xlsx():
    c = Canary()
    cell = lambda at, text: f'<c r="{at}" t="inlineStr"><is><t>{text}</t><rPh><t>{c}</t></rPh></is></c>'
    row = lambda n, *texts: "".join(cell(f"{'ABCD'[k]}{n}", it) for k, it in enumerate(texts))
    sheet = (
        f'{XML}<worksheet><sheetPr codeName="{c}"/><cols><col min="4" max="4" hidden="1"/></cols><sheetData>'
        f'<row r="1">{row(1, "speaker", "text", "note", c)}</row><row r="2">{row(2, "P", "VISIBLE", "VISIBLE", c)}</row>'
        f'<row r="3" hidden="1">{row(3, "P", c, c)}</row>'
        f'<row r="4"><c r="A4" t="s"><v>0</v></c><c r="B4" t="str"><f>CONCAT("{c}")</f><v>VISIBLE</v></c></row></sheetData>'
        f'<dataValidations><dataValidation prompt="{c}"><formula1>{c}</formula1></dataValidation></dataValidations>'
        f'<hyperlinks><hyperlink ref="A1" r:id="rId9" tooltip="{c}" display="{c}"/></hyperlinks><headerFooter><oddHeader>{c}'
        f"</oddHeader></headerFooter></worksheet><!-- {c} -->"
    )
    hidden = f"{XML}<worksheet><sheetData><row>{row(1, 'text', c)}</row></sheetData></worksheet>"
    members = [
        ("[Content_Types].xml", f"{XML}<Types><!-- {c} --></Types>"),
        ("_rels/.rels", relations(("r1", "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml",
            f'{XML}<workbook><fileSharing userName="{c}"/><sheets><sheet name="{c}" state="hidden" r:id="rId1"/><sheet name="{c}" '
            f'state="veryHidden" r:id="rId1"/><sheet name="{c}" r:id="rId2"/><sheet name="{c}" r:id="rId1"/></sheets>'
            f'<definedNames><definedName name="{c}" comment="{c}">{c}</definedName></definedNames></workbook>',
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "worksheet", "worksheets/sheet2.xml")),
        ),
        ("xl/worksheets/sheet1.xml", hidden),
        ("xl/worksheets/sheet2.xml", sheet),
        ("xl/worksheets/_rels/sheet2.xml.rels", relations(("rId9", "hyperlink", f"http://{c}/"))),
        ("xl/sharedStrings.xml", f"{XML}<sst><si><t>P</t></si><si><t>{c}</t></si></sst>"),
        ("xl/comments1.xml", f"{XML}<comments><authors><author>{c}</author></authors><commentList><comment><text><t>{c}</t></text></comment></commentList></comments>"),
        ("xl/persons/person.xml", f'{XML}<personList><person displayName="{c}" userId="{c}"/></personList>'),
        ("xl/threadedComments/threadedComment1.xml", f"{XML}<x>{c}</x>"),
        ("xl/pivotCache/pivotCacheRecords1.xml", f'{XML}<x><s v="{c}"/></x>'),
        ("xl/externalLinks/externalLink1.xml", f"{XML}<x>{c}</x>"),
        ("xl/connections.xml", f'{XML}<connections><connection name="{c}" connectionString="{c}"/></connections>'),
        ("xl/drawings/drawing1.xml", f'{XML}<x descr="{c}">{c}</x>'),
        ("xl/printerSettings/printerSettings1.bin", str(c)),
        ("docProps/core.xml", f"{XML}<cp:coreProperties><dc:creator>{c}</dc:creator></cp:coreProperties>"),
        ("docProps/app.xml", f"{XML}<Properties><Company>{c}</Company><TitlesOfParts>{c}</TitlesOfParts></Properties>"),
        (f"{c}.txt", str(c)),
    ]
    return archive(members, comment=str(c)) + str(c).encode()


def qdpx():
    c = Canary()
    id_ = lambda: f'guid="{c}" creatingUser="{c}" creationDateTime="{c}" modifyingUser="{c}"'
    about = lambda: f'<Description>{c}</Description><NoteRef targetGUID="{c}"/><VariableValue><TextValue>{c}</TextValue></VariableValue>'
    marks = lambda: f'<PlainTextSelection {id_()} name="{c}" startPosition="0" endPosition="1"><Coding {id_()}/>{about()}</PlainTextSelection>'
    project = (
        f'{XML}<Project name="{c}" origin="{c}" basePath="{c}" {id_()}><!-- {c} --><?x {c}?><Users><User name="{c}" id="{c}"/></Users>'
        f'<CodeBook><Codes><Code name="{c}" {id_()}>{about()}<Code name="{c}"/></Code></Codes><Sets><Set name="{c}"/></Sets></CodeBook>'
        f'<Variables><Variable name="{c}">{about()}</Variable></Variables><Cases><Case name="{c}">{about()}<SourceRef targetGUID="{c}"/></Case></Cases>'
        f'<Sources><TextSource name="{c}" plainTextPath="internal://a.txt" richTextPath="internal://{c}.docx" {id_()}>{about()}{marks()}</TextSource>'
        f'<TextSource name="{c}" richTextPath="internal://b.docx" {id_()}>{about()}{marks()}</TextSource>'
        f'<AudioSource name="{c}" path="internal://{c}.mp3" currentPath="{c}" {id_()}>{about()}<Transcript name="{c}" plainTextPath="internal://c.txt" '
        f'{id_()}><SyncPoint guid="{c}"/>{about()}</Transcript></AudioSource><PictureSource name="{c}" path="internal://{c}.png" {id_()}>'
        f'<TextDescription name="{c}"/>{about()}</PictureSource></Sources><Notes><Note name="{c}" plainTextPath="internal://n.txt">'
        f"<PlainTextContent>{c}</PlainTextContent>{about()}</Note></Notes><Links><Link name=\"{c}\"/></Links><Sets><Set name=\"{c}\">{about()}"
        f"</Set></Sets><Graphs><Graph name=\"{c}\"/></Graphs>{about()}</Project>"
    )
    members = [
        ("project.qde", project),
        ("sources/a.txt", f"{VISIBLE}\n"),
        ("sources/b.docx", docx()),
        ("sources/c.txt", "I: VISIBLE\n"),
        ("sources/n.txt", str(c)),
        (f"sources/{c}.docx", docx()),
        (f"sources/{c}.mp3", str(c)),
        (f"sources/{c}.png", str(c)),
        (f"{c}.txt", str(c)),
    ]
    return archive(members, comment=str(c)) + str(c).encode()


FORMATS = {"docx": docx, "odt": odt, "rtf": rtf, "html": html, "otr": otranscribe, "xlsx": xlsx, "qdpx": qdpx}
# Its strings are one byte a character.
FORMATS["pdf"] = lambda: pdf.hidden(Canary(""))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    for ending, write in FORMATS.items():
        (folder / f"hidden.{ending}").write_bytes(write())


if __name__ == "__main__":
    main()
