"""A REFI-QDA project with one transcript, as a coding program exports it: users, cases and a memo bear names."""

from .pack import XML, escape, pack, quoteattr
from .stamps import said


def qdpx(paper):
    source, user, code = paper.guid(), paper.guid(), paper.guid()
    author = paper.tell("project.qde: User", *paper.author_name())
    made = f'creatingUser="{user}" creationDateTime="{paper.iso}T09:00:00Z"'
    cases = []
    for turns in paper.by_label().values():
        name = paper.tell("project.qde: Case", *paper.speaker_name(turns[0].speaker))
        cases.append(f'<Case guid="{paper.guid()}" name={quoteattr(name)}><SourceRef targetGUID="{source}"/></Case>')
    title = paper.heading("project.qde: TextSource")
    memo = paper.tell_of_somebody("project.qde: Note")
    project = (
        f'{XML}<Project xmlns="urn:QDA-XML:project:1.0" name="{paper.study_id}" origin="study" '
        f'creatingUserGUID="{user}" creationDateTime="{paper.iso}T09:00:00Z">'
        f'<Users><User guid="{user}" name={quoteattr(author)}/></Users>'
        f'<CodeBook><Codes><Code guid="{code}" name="support" isCodable="true"/></Codes></CodeBook>'
        f"<Cases>{''.join(cases)}</Cases>"
        f'<Sources><TextSource guid="{source}" name={quoteattr(title)}'
        f' plainTextPath="internal://{source}.txt" {made}/></Sources>'
        f'<Notes><Note guid="{paper.guid()}" name="memo" {made}>'
        f"<PlainTextContent>{escape(memo)}</PlainTextContent></Note></Notes></Project>"
    )
    text = "\n".join([*(said(it, paper.colon) for it in paper.turns), ""])
    return pack([("project.qde", project), (f"sources/{source}.txt", text.encode("utf-8-sig"))])
