"""Writes files of turns that hide a word in every place of which nothing may be in a copy.

    rows.py tests/hostile-files/rows

Each hidden word is CANARY, a number of its own and two Han characters, which are other bytes in every encoding; what is said in the talk, and must be in the copy, is VISIBLE.
"""

import json
import sys
from itertools import count
from pathlib import Path

NUMBERS = count(1)


def hidden():
    return f"CANARY{next(NUMBERS):03}\u533f\u96c0"


def filled(text):
    """Every @@ of a text becomes another hidden word."""
    first, *rest = text.split("@@")
    return first + "".join(hidden() + it for it in rest)


ELAN = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="@@"?>
<!-- @@ -->
<ANNOTATION_DOCUMENT AUTHOR="@@" DATE="2024-01-01T00:00:00+08:00" FORMAT="@@" VERSION="3.0"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://@@.example/EAFv3.0.xsd">
  <LICENSE LICENSE_URL="http://@@.example">@@</LICENSE>
  <HEADER MEDIA_FILE="@@" TIME_UNITS="milliseconds">
    <MEDIA_DESCRIPTOR MEDIA_URL="file:///@@.wav" MIME_TYPE="audio/x-wav" RELATIVE_MEDIA_URL="./@@.wav" EXTRACTED_FROM="@@"/>
    <LINKED_FILE_DESCRIPTOR LINK_URL="file:///@@.csv" RELATIVE_LINK_URL="./@@.csv" MIME_TYPE="@@" ASSOCIATED_WITH="@@"/>
    <PROPERTY NAME="@@">@@</PROPERTY>
  </HEADER>
  <TIME_ORDER NOTE="@@">
    <TIME_SLOT TIME_SLOT_ID="@@" TIME_VALUE="0"/>
    <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0" NOTE="@@"/>@@
    <TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="1200"/>
  </TIME_ORDER>
  <TIER TIER_ID="@@" PARTICIPANT="PSW" ANNOTATOR="@@" LINGUISTIC_TYPE_REF="@@" DEFAULT_LOCALE="@@" LANG_REF="@@" EXT_REF="@@">@@
    <ANNOTATION>@@<!-- @@ -->
      <ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2" CVE_REF="@@" EXT_REF="@@"
        SVG_REF="@@">@@<![CDATA[@@]]>
        <ANNOTATION_VALUE NOTE="@@">VIS<!-- @@ --><?php @@ ?>IBLE</ANNOTATION_VALUE>@@
      </ALIGNABLE_ANNOTATION>
    </ANNOTATION>
    <ANNOTATION>
      <REF_ANNOTATION ANNOTATION_ID="@@" ANNOTATION_REF="a1" LANG_REF="@@"><ANNOTATION_VALUE><![CDATA[VISIBLE & more]]></ANNOTATION_VALUE>
      </REF_ANNOTATION>
    </ANNOTATION>
  </TIER>
  <TIER TIER_ID="PIR" PARENT_REF="@@" LINGUISTIC_TYPE_REF="lt"/>
  <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="@@" CONTROLLED_VOCABULARY_REF="@@" LEXICON_REF="@@" TIME_ALIGNABLE="true"/>
  <LOCALE COUNTRY_CODE="@@" LANGUAGE_CODE="@@" VARIANT="@@"/>
  <LANGUAGE LANG_ID="@@" LANG_DEF="@@" LANG_LABEL="@@"/>
  <CONSTRAINT STEREOTYPE="@@" DESCRIPTION="@@"/>
  <CONTROLLED_VOCABULARY CV_ID="@@" EXT_REF="@@">
    <DESCRIPTION LANG_REF="@@">@@</DESCRIPTION>
    <CV_ENTRY_ML CVE_ID="@@"><CVE_VALUE DESCRIPTION="@@" LANG_REF="@@">@@</CVE_VALUE></CV_ENTRY_ML>
    <CV_ENTRY DESCRIPTION="@@">@@</CV_ENTRY>
  </CONTROLLED_VOCABULARY>
  <LEXICON_REF LEX_REF_ID="@@" NAME="@@" TYPE="@@" URL="http://@@" LEXICON_ID="@@" LEXICON_NAME="@@"/>
  <REF_LINK_SET LINK_SET_ID="@@" LINK_SET_NAME="@@"><CROSS_REF_LINK REF_LINK_ID="@@" REF1="a1" REF2="a1" REF_LINK_NAME="@@">@@
  </CROSS_REF_LINK></REF_LINK_SET>
  <EXTERNAL_REF EXT_REF_ID="@@" TYPE="ecv" VALUE="http://@@"/>
  <UNKNOWN><ANNOTATION><ALIGNABLE_ANNOTATION><ANNOTATION_VALUE>@@</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
    <TIER TIER_ID="@@" PARTICIPANT="@@"/></UNKNOWN>
</ANNOTATION_DOCUMENT>
<!-- @@ --><?xml-trailer @@?>
"""

TEXTGRID = '''File type = "ooTextFile" ! @@ "@@"
Object class = "TextGrid" @@

xmin = 0 ! @@
xmax = 3.5 @@
tiers? <exists> @@
size = 2 @@
item []: @@
    item [1]:
        class = "IntervalTier" ! @@
        name = "PSW" ! "@@"
        xmin = 0
        xmax = 3.5
        @@: size = 2
        intervals [@@]:
            xmin = 0.25
            xmax = 1.125
            text = "VISIBLE ""VISIBLE""" @@ ! "@@" 1 2
        intervals [2]:
            xmin = 1.125
            xmax = 3.5
            text = ""
    item [2]:
        class = "TextTier"
        name = "PIR"
        xmin = 0
        xmax = 3.5
        points: size = 1
        points [1]:
            number = 0.5
            mark = "VISIBLE" @@
@@
    item [3]:
        class = "IntervalTier"
        name = "@@"
        xmin = 0
        xmax = 3.5
        intervals: size = 1
            xmin = 0
            xmax = 3.5
            text = "@@"
'''

CHAT = """@UTF8
@PID:	11312/@@
@Window:	@@
@Color words:	@@
@Font:	@@
@Begin
@Languages:	eng, yue
@Participants:	PSW @@ Target_Child ,
	PIR @@ Investigator
@ID:	eng|@@|PSW|@@|@@|@@|@@|Participant|@@|@@|
@ID:	eng|c|PIR|||||Investigator|||
@Birth of PSW:	@@
@Birthplace of PSW:	@@
@L1 of PSW:	@@
@Location:	@@
@Media:	@@, audio
@Transcriber:	@@
@Transcription:	@@
@Tape Location:	@@
@Number:	@@
@Recording Quality:	@@
@Room Layout:	@@
	@@
@Situation:	@@
@Date:	@@
@Time Duration:	@@
@Activities:	@@
@Comment:	@@ stands for @@
@Unknown:	@@
*PSW:	VISIBLE word
	VISIBLE . ·%snd:"@@"_0_1200·
%mor:	n|@@
%gra:	1|0|@@
%pho:	@@
%com:	@@
	@@
%act:	@@
%add:	@@
%exp:	@@
%wor:	@@ ·0_1·
%spa:	$@@
%xnote:	@@
%eng:	VISIBLE far .
@G:	@@
@Bg:	@@
*PIR:	VISIBLE ·%pic:"@@.jpg"· ?
@New Episode
@Eg:	@@
@End
@@
	@@
"""

VTT = """WEBVTT - @@
Kind: @@
X-@@: @@

STYLE
::cue(.@@) { color: red }

REGION
id:@@

NOTE @@
@@

@@/12-0
00:00:00.000 --> 00:00:01.200
<v PSW><c.@@>VISIBLE</c> <i.@@>VISIBLE</i> <lang @@>VISIBLE</lang></v>

NOTE
@@

00:00:02.000 --> 00:00:04.000
<v PIR>VIS<00:00:03.000>IBLE VIS\u00adIBLE V\u200bISIB\u2060LE V&shy;ISIBLE</v>

NOTE @@
"""


SRT = """1
00:00:00,000 --> 00:00:01,200 X1:40 X2:600 Y1:20 Y2:50
PSW: <font face="@@" color="@@">VISIBLE</font> {\\an8\\fn@@}VIS{\\k@@}IBLE

2
00:00:02,000 --> 00:00:04,000
PIR: VIS<i>IBLE</i> V&shy;ISIBLE <c.@@>VISIBLE</c>
"""

MARKDOWN = """---
title: @@
author: "@@"
tags:
  - @@
---

# VISIBLE

<!-- @@ -->
**PSW**: [VISIBLE](https://@@.example/@@ "@@"), [VISIBLE](<@@ @@.docx>) and ![@@](@@.png "@@") VIS<!-- @@ -->IBLE
<!--
@@

PIR: @@ -->
**PIR**: <a href="@@" title='@@'>VISIBLE</a> ![@@][1] VIS<?php @@?>IBLE<!DOCTYPE @@> VISIBLE<![CDATA[@@]]>

<style>.@@ { color: red }</style>
**PSW**: <span data-@@="@@">VISIBLE</span><script>say("@@")</script>

[1]: https://@@.example "@@"
[//]: # (@@)
[@@]: <@@ @@.html> '@@'
"""

TABLE = """speaker,text,Secret,start
PSW,VISIBLE,"@@
@@",00:00:01
PIR,"VISIBLE, too",@@,00:00:02
"""


def whisper():
    word = {"word": hidden(), "start": 0.5, "end": 0.75, "score": 0.9, "speaker": hidden()}
    segment = {
        "id": 0,
        "seek": 0,
        "start": 0.5,
        "end": 1.25,
        "text": " VISIBLE",
        "speaker": "PSW",
        "tokens": [hidden()],
        "words": [word],
        "chars": [{"char": hidden()}],
        hidden(): hidden(),
        "compression_ratio": 1.5,
    }
    return {
        "text": hidden(),
        "task": hidden(),
        "language": hidden(),
        "duration": 9.5,
        "audio_path": hidden(),
        hidden(): {hidden(): [[hidden()]]},
        "segments": [segment, {"start": 2, "end": 3.0, "text": "VISIBLE"}],
        "word_segments": [{"word": hidden(), "start": 0.5}],
        "info": {"language_probs": [[hidden(), 0.5]]},
    }


def whisper_cpp():
    segment = {
        "timestamps": {"from": "00:00:00,500", "to": "00:00:01,250", hidden(): hidden()},
        "offsets": {"from": 500, "to": 1250},
        "text": " VISIBLE",
        "tokens": [{"text": hidden(), "id": 1, "timestamps": {"from": hidden()}}],
    }
    return {
        "systeminfo": hidden(),
        "model": {"type": hidden()},
        "params": {"model": hidden(), "language": hidden()},
        "result": {"language": hidden()},
        "transcription": [segment],
    }


def files():
    yield "elan.eaf", filled(ELAN).encode()
    yield "long.TextGrid", filled(TEXTGRID).encode()
    yield "utf-16.TextGrid", ("\ufeff" + filled(TEXTGRID)).encode("utf-16-be")
    yield "talk.cha", filled(CHAT).replace("·", "\x15").encode()
    yield "whisperx.json", json.dumps(whisper(), indent=1).encode()
    yield "whisper-cpp.json", json.dumps(whisper_cpp()).encode()
    yield "teams.vtt", filled(VTT).encode()
    yield "captions.srt", filled(SRT).encode()
    yield "notes.md", filled(MARKDOWN).encode()
    yield "turns.csv", filled(TABLE).encode()
    yield "turns.tsv", ("\ufeff" + filled(TABLE).replace(",", "\t")).encode("utf-16-le")


def main(folder):
    for name, content in files():
        (Path(folder) / name).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1])
