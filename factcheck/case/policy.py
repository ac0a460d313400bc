"""What is missing before publication, and who may review: pure rules over a CaseState.

The rules follow the IFCN code of principles (DESIGN section 6): several named sources or the one that matters, primary sources, those
concerned asked, corrections shown. A desk sets with ``policy.set`` which problems block and which only warn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from factcheck.case.settings import Settings
from factcheck.case.state import CaseState, Held
from factcheck.errors import NotAllowedError, isolate
from factcheck.model.claim import Step, Target, TargetKind
from factcheck.model.events import VerdictSettled
from factcheck.model.evidence import LinkState, PassageState, Stance
from factcheck.model.verdict import Decision, Rating, ReasonKind, Review, Scale, ScaleUse, Verdict
from factcheck.text.boundaries import follows_denial


class Level(StrEnum):
    BLOCKS = "blocks"
    WARNS = "warns"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands between a case and its publication."""

    code: str  # stable; a desk sets the level of each with policy.set
    level: Level
    place: str  # what to jump to: str(Target), "claim/<id>", "evidence/<id>", "contact/<id>", "draft", "review", "article", "settings"
    text: Mapping[str, str]  # language -> what is missing
    remedy: Mapping[str, str]  # language -> what to do


@dataclass(frozen=True, slots=True)
class Rule:
    """The words and the usual level of one kind of problem."""

    level: Level
    en: str
    ar: str
    en_remedy: str
    ar_remedy: str


RULES: Mapping[str, Rule] = {
    "targets.none": Rule(
        Level.BLOCKS, "Nothing is chosen to be checked.", "لم يُختر شيء للتحقق منه.",
        "Choose at least one claim or step: “we check this”.", "اختر ادعاءً أو حلقة واحدة على الأقل: «نتحقق من هذا»."),
    "claim.as_checked": Rule(
        Level.BLOCKS, "The claim as checked is not written.", "لم يُكتب الادعاء كما نتحقق منه.",
        "Write it so that it is whole without the article.", "اكتبه بحيث يُفهم كاملاً من دون المقال."),
    "verdict.missing": Rule(
        Level.BLOCKS, "A chosen target has no result.", "هدف مختار بلا نتيجة.",
        "Give a result with reasons, or set the target aside and say why.", "أعطِ نتيجة مع الحيثيات، أو أرجئ الهدف واذكر السبب."),
    "verdict.disputed": Rule(
        Level.BLOCKS, "Checkers gave different ratings.", "أعطى المدققون تصنيفات مختلفة.",
        "Settle the disagreement, or withdraw one of the results.", "احسموا الخلاف أو اسحبوا إحدى النتائج."),
    "verdict.second": Rule(
        Level.BLOCKS, "A blind second opinion is still to come.", "ننتظر رأياً ثانياً مستقلاً.",
        "Ask a colleague for a result on this target; both show once the second is in.",
        "اطلب من زميل نتيجة لهذا الهدف؛ تظهر النتيجتان حين تصل الثانية."),
    "verdict.grounds": Rule(
        Level.BLOCKS, "A result names no evidence, search or contact.", "نتيجة لا تستند إلى دليل أو بحث أو تواصل.",
        "Pick what it rests on.", "اختر ما تستند إليه."),
    "verdict.reasons": Rule(
        Level.BLOCKS, "A result gives no reasons.", "نتيجة بلا حيثيات.",
        "Write why: what the evidence shows.", "اكتب لماذا: ما الذي تبيّنه الأدلة."),
    "verdict.unknown": Rule(
        Level.BLOCKS, "This rating needs a word on what is not known.", "هذا التصنيف يتطلب ذكر ما لا نعرفه.",
        "Write what is not known.", "اكتب ما لا نعرفه."),
    "verdict.changed_since": Rule(
        Level.BLOCKS, "What a result rests on changed since it was given.", "تغيّر ما تستند إليه نتيجة بعد إعطائها.",
        "Look again and give the result anew.", "أعد النظر وأعطِ النتيجة من جديد."),
    "content.sources": Rule(
        Level.BLOCKS, "Fewer than two independent sources bear on the content.", "أقل من مصدرين مستقلين يتناولان المضمون.",
        "Find another, or mark the one relevant primary source and say why it is enough.",
        "ابحث عن مصدر آخر، أو حدّد المصدر الأولي واذكر لماذا يكفي."),
    "content.searched": Rule(
        Level.BLOCKS, "“Unproven” needs a recorded search.", "«غير مثبت» يتطلب بحثاً مسجلاً.",
        "Record where you looked and what you found.", "سجّل أين بحثت وما وجدت."),
    "step.capture": Rule(
        Level.BLOCKS, "No capture of the source itself bears on this step.", "لا نسخة محفوظة من المصدر نفسه تتناول هذه الحلقة.",
        "Attach a capture of what the source printed or said, or record the search that failed.",
        "أرفق نسخة مما نشره المصدر أو قاله، أو سجّل البحث الذي لم ينجح."),
    "evidence.capture": Rule(
        Level.BLOCKS, "A link was not captured.", "رابط بلا نسخة محفوظة.",
        "Try again, import the saved page, or cite an archived copy.",
        "أعد المحاولة، أو استورد الصفحة المحفوظة، أو أحل إلى نسخة مؤرشفة."),
    "evidence.orphan": Rule(
        Level.BLOCKS, "A quote was not found in its capture.", "اقتباس لم يُعثر عليه في نسخته المحفوظة.",
        "Correct the quote, or choose the passage in the captured text.", "صحّح الاقتباس، أو اختر المقطع في النص المحفوظ."),
    "evidence.quote": Rule(
        Level.WARNS, "A piece of evidence quotes nothing.", "دليل بلا اقتباس.",
        "Quote the passage that matters.", "اقتبس المقطع المهم."),
    "evidence.translation": Rule(
        Level.WARNS, "A quote in another language has no translation.", "اقتباس بلغة أخرى بلا ترجمة.",
        "Add the translation by us.", "أضف ترجمة فريقنا."),
    "evidence.dead": Rule(
        Level.WARNS, "A page that a result rests on is no longer there, and no archived copy is cited.",
        "لم تعد صفحة تستند إليها نتيجة موجودة، ولا إحالة إلى نسخة مؤرشفة.",
        "Cite an archived copy, or name another source.", "أحل إلى نسخة مؤرشفة أو اذكر مصدراً آخر."),
    "evidence.passage": Rule(
        Level.WARNS, "The passage that a result rests on no longer stands on its page, and no archived copy is cited.",
        "لم يعد المقطع الذي تستند إليه نتيجة موجوداً في صفحته، ولا إحالة إلى نسخة مؤرشفة.",
        "See what changed, and cite an archived copy.", "انظر ما الذي تغيّر، وأحل إلى نسخة مؤرشفة."),
    "evidence.denied": Rule(
        Level.WARNS, "The word right before a quote denies it.", "الكلمة التي تسبق الاقتباس مباشرة تنفيه.",
        "Quote the denial too, or choose another stance.", "أدخل أداة النفي في الاقتباس أو غيّر الدلالة."),
    "sources.undecided": Rule(
        Level.WARNS, "Several pieces of evidence seem to go back to one source.", "يبدو أن عدة أدلة تعود إلى مصدر واحد.",
        "Look at the reasons; accept the grouping, or say why each is independent.",
        "انظر في الأسباب؛ اقبل الجمع أو اذكر لماذا كل منها مستقل."),
    "content.sources_doubtful": Rule(
        Level.BLOCKS, "Fewer than two independent sources remain if pieces that seem to go back to one source, or to the article, do.",
        "يبقى أقل من مصدرين مستقلين إذا صح أن أدلة تعود إلى مصدر واحد أو إلى المقال نفسه.",
        "Decide on the proposed sources and alarms, or find another source.", "احسم المصادر المقترحة والتنبيهات، أو ابحث عن مصدر آخر."),
    "source.circular": Rule(
        Level.WARNS, "Evidence goes back to the article under check.", "دليل يعود إلى المادة قيد التحقق نفسها.",
        "Do not count it as support; or say why it is a source of its own.", "لا تعدّه تأييداً، أو اذكر لماذا هو مصدر مستقل."),
    "source.same": Rule(
        Level.WARNS, "Evidence goes back to the very source that the article cites.", "دليل يعود إلى المصدر نفسه الذي ينقل عنه المقال.",
        "Look for a source that does not; or say why this one is independent.", "ابحث عن مصدر آخر، أو اذكر لماذا هذا مستقل."),
    "evidence.undated": Rule(
        Level.WARNS, "A page bears no date.", "صفحة بلا تاريخ.",
        "Find out when it was published, or say “unknown”.", "تحقق من تاريخ نشرها، أو قل «غير معروف»."),
    "evidence.date_unconfirmed": Rule(
        Level.WARNS, "When a page was published was read by a tool and not confirmed.", "تاريخ نشر صفحة قرأته الأداة ولم يؤكده أحد.",
        "Look where it was read, and confirm it.", "انظر أين قُرئ وأكّده."),
    "evidence.dates_contradict": Rule(
        Level.WARNS, "A page gives dates that contradict each other.", "صفحة تذكر تواريخ متناقضة.",
        "Choose the right one.", "اختر الصحيح منها."),
    "evidence.later": Rule(
        Level.WARNS, "Evidence is later than the claim that it supports.", "دليل لاحق للادعاء الذي يؤيده.",
        "See whether it repeats the claim or tells of a later state; if it counts, say why in its note on the target.",
        "انظر هل يكرر الادعاء أو يصف حالاً لاحقة؛ وإن كان معتبراً فاذكر السبب في ملاحظة صلته بالهدف."),
    "evidence.disputed": Rule(
        Level.WARNS, "Two people changed the same record at the same time.", "غيّر شخصان القيد نفسه في الوقت نفسه.",
        "Look at both and save the right one.", "قارن القيمتين واحفظ الصحيحة."),
    "contact.missing": Rule(
        Level.WARNS, "Nobody who is quoted or concerned was asked.", "لم يُسأل أحد ممن نُقل عنهم أو يعنيهم الأمر.",
        "Ask for comment, or record why not.", "اطلب التعليق أو سجّل سبب عدم الطلب."),
    "contact.overdue": Rule(
        Level.WARNS, "The deadline of somebody who was asked has passed.", "انقضت مهلة من طُلب منه التعليق.",
        "Record the answer, or their silence.", "سجّل الرد أو عدم الرد."),
    "article.appearance": Rule(
        Level.WARNS, "Where and when the article appeared is not said.", "لم يُذكر أين ومتى نُشر المقال.",
        "Say it once, or say “unknown”.", "اذكره مرة واحدة أو قل «غير معروف»."),
    "draft.missing": Rule(
        Level.BLOCKS, "Headline, summary and conclusion are not written.", "لم يُكتب العنوان والخلاصة والاستنتاج.",
        "Write the draft.", "اكتب المسودة."),
    "draft.language": Rule(
        Level.WARNS, "The draft lacks one of its parts in the desk's language.", "ينقص المسودة جزء بلغة مساحة العمل.",
        "Write it, or translate it.", "اكتبه أو ترجمه."),
    "review.missing": Rule(
        Level.BLOCKS, "No second person signed this draft.", "لم يعتمد هذه المسودة شخص ثانٍ.",
        "Ask a colleague to review it.", "اطلب من زميل مراجعتها."),
    "review.returned": Rule(
        Level.BLOCKS, "The reviewer returned this draft.", "أعاد المراجع هذه المسودة مع ملاحظات.",
        "Answer the comment, then ask again.", "عالج الملاحظات ثم اطلب المراجعة مجدداً."),
    "review.changed_since": Rule(
        Level.BLOCKS, "Draft or results changed after the sign-off.", "تغيّرت المسودة أو النتائج بعد الاعتماد.",
        "Have it signed again.", "اطلب الاعتماد من جديد."),
    "review.same_machine": Rule(
        Level.WARNS, "Author and reviewer worked on the same machine.", "عمل الكاتب والمراجع على الجهاز نفسه.",
        "The report says so; a second machine is stronger.", "يذكر التقرير ذلك؛ والجهاز الثاني أقوى."),
    "publication.changed_since": Rule(
        Level.WARNS, "Draft or results changed after publication, and no correction says so.",
        "تغيّرت المسودة أو النتائج بعد النشر من دون تصويب مسجّل.",
        "Record a correction, clarification, update or withdrawal.", "سجّل تصويباً أو توضيحاً أو تحديثاً أو سحباً."),
    "settings.links": Rule(
        Level.WARNS, "The desk names no pages for method, corrections and contact.",
        "لا تذكر مساحة العمل صفحات المنهجية والتصويبات والاتصال.",
        "Fill in [links] in factcheck.toml.", "املأ القسم [links] في الملف factcheck.toml."),
}  # fmt: skip
"""Every kind of problem, by code."""


def problems(state: CaseState, settings: Settings, further: Iterable[tuple[str, str]] = ()) -> list[Problem]:
    """Everything that stands between this case and publication, blocking problems first, else in the order of the walk.

    Args:
        further: codes and places of problems that show in the captures rather than in the state (``sourcing``, ``timing``).
    """
    levels = {code: Level(level) for code, level in state.desk.policy.items() if code in RULES}
    found = []
    for code, place in dict.fromkeys((*_find(state, settings), *further)):
        rule = RULES[code]
        level = levels.get(code, rule.level)
        if level is not Level.OFF:
            found.append(Problem(code, level, place, {"en": rule.en, "ar": rule.ar}, {"en": rule.en_remedy, "ar": rule.ar_remedy}))
    return sorted(found, key=lambda problem: problem.level is not Level.BLOCKS)


def _find(state: CaseState, settings: Settings) -> Iterator[tuple[str, str]]:
    if state.article and not all(state.article.fact(name) for name in ("outlet", "published")):
        yield "article.appearance", "article"
    targets = state.chosen_targets()
    if not targets:
        yield "targets.none", "article"
    for claim_id in dict.fromkeys(Target.parse(target).claim for target in targets):
        if not state.claims[claim_id].value.as_checked.get(settings.language):
            yield "claim.as_checked", f"claim/{claim_id}"
    others = [held.value.target for held in state.verdicts.values() if not Target.parse(held.value.target).claim]
    for target in dict.fromkeys([*targets, *others]):
        yield from _target(state, target)
    yield from _evidence(state, settings)
    yield from _links(state)
    if targets and not state.contacts and any(_chain(state, target) for target in targets):
        yield "contact.missing", "article"
    yield from _draft(state, settings)
    if state.publications:
        told = max(held.event.at for held in state.publications.values())
        moved = [held.event.at for held in state.verdicts.values()] + [held.event.at for held in state.drafts.values()]
        if max(moved, default="") > told:
            yield "publication.changed_since", "draft"
    if not (settings.links.method and settings.links.corrections and settings.links.contact):
        yield "settings.links", "settings"


def _chain(state: CaseState, target: str) -> tuple[Step, ...]:
    claim = state.claims[Target.parse(target).claim].value
    return claim.printed if claim.established is None else claim.established


def _target(state: CaseState, target: str) -> Iterator[tuple[str, str]]:
    verdicts = state.verdicts_on(target)
    if not verdicts:
        yield "verdict.missing", target
        return
    if is_blind(state) and _is_first_opinion(verdicts):
        yield "verdict.second", target
    if len({held.value.rating for held in verdicts}) > 1 or any(held.others for held in verdicts):
        yield "verdict.disputed", target
    for held in verdicts:
        verdict = held.value
        if not verdict.grounds:
            yield "verdict.grounds", target
        if not verdict.reasons.strip():
            yield "verdict.reasons", target
        if rating_of(state, verdict).needs_unknown and not verdict.unknown.strip():
            yield "verdict.unknown", target
        if changed_since(state, verdict.rests_on):
            yield "verdict.changed_since", target
    yield from _support(state, target, verdicts[-1].value)


def _support(state: CaseState, target: str, verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Whether what was gathered is enough for the rating that was given."""
    kind = Target.parse(target).kind
    bearings = [b.value for b in state.bearings_on(target) if b.value.evidence in state.evidence]
    if kind is TargetKind.CONTENT:
        if verdict.rating in ("not_checkable", "satire"):
            return
        if verdict.rating == "unproven":
            if not state.searches_on(target):
                yield "content.searched", target
            return
        deciding = {b.evidence for b in bearings if b.stance in (Stance.SUPPORTS, Stance.REFUTES)}
        primary = any(state.evidence[id].value.primary and state.evidence[id].value.primary_reason for id in deciding)
        if not primary and (not deciding or state.independent_sources(target) < 2):
            yield "content.sources", target
    elif kind is TargetKind.STEP:
        captured = any(state.evidence[b.evidence].value.capture or state.evidence[b.evidence].value.offline for b in bearings)
        looked = bool(state.searches_on(target) or state.contacts_on(target))
        if not captured and not (looked and verdict.rating in ("not_found", "cannot_be_checked")):
            yield "step.capture", target


def _evidence(state: CaseState, settings: Settings) -> Iterator[tuple[str, str]]:
    for id, held in state.evidence.items():
        place, evidence = f"evidence/{id}", held.value
        if held.others:
            yield "evidence.disputed", place
        if evidence.url and not evidence.capture and not state.archived_copy(id):
            yield "evidence.capture", place
        if evidence.quote and not evidence.anchor:
            yield "evidence.orphan", place
        if evidence.quote and follows_denial(evidence.quote.prefix, evidence.quote.exact):
            yield "evidence.denied", place
        if not evidence.quote:
            yield "evidence.quote", place
        elif evidence.quote_language not in ("", "und", settings.language) and not evidence.translation:
            yield "evidence.translation", place


def _links(state: CaseState) -> Iterator[tuple[str, str]]:
    """Links of the evidence that results rest on, as they were when last tried again; readers will follow them."""
    resting = {ground.id for held in state.verdicts.values() for ground in held.value.grounds if ground.kind is ReasonKind.EVIDENCE}
    for id, held in state.evidence.items():
        seen = state.rechecks.get(id)
        if id not in resting or seen is None or seen.value.url != held.value.url or state.archived_copy(id):
            continue
        if seen.value.state in (LinkState.GONE, LinkState.DEAD, LinkState.HOME, LinkState.SOFT_404):
            yield "evidence.dead", f"evidence/{id}"
        elif seen.value.state in (LinkState.ALIVE, LinkState.MOVED) and seen.value.passage is PassageState.MISSING:
            yield "evidence.passage", f"evidence/{id}"


def _draft(state: CaseState, settings: Settings) -> Iterator[tuple[str, str]]:
    draft = state.draft
    if draft is None:
        yield "draft.missing", "draft"
        return
    if not all(part.get(settings.language) for part in (draft.value.headline, draft.value.summary, draft.value.conclusion)):
        yield "draft.language", "draft"
    standing = standing_review(state)
    if standing is None:
        yield "review.missing", "review"
    elif standing.value.decision is Decision.RETURN:
        yield "review.returned", "review"
    elif changed_since(state, standing.value.rests_on) or not covers(state, standing.value):
        yield "review.changed_since", "review"
    elif same_machine(state, standing):
        yield "review.same_machine", "review"


def rating_of(state: CaseState, verdict: Verdict) -> Rating:
    """The rating that a verdict names.

    Raises:
        ValueError: scale or rating is unknown to this desk.
    """
    scale = state.desk.scales.get(verdict.scale)
    if scale is None:
        raise ValueError(f"there is no scale {verdict.scale!r} on this desk; it has: {', '.join(state.desk.scales)}")
    return scale.rating(verdict.rating)


def scale_for(state: CaseState, target: Target) -> Scale:
    """The scale that the desk uses for such a target."""
    if target.kind in (TargetKind.STEP, TargetKind.PROVENANCE):
        use, default = ScaleUse.STEP, "standard_step"
        chosen = state.desk.policy.get("step_scale", default)
    else:
        use, default = ScaleUse.CONTENT, "standard"
        chosen = state.desk.policy.get("scale", default)
    scale = state.desk.scales.get(chosen, state.desk.scales[default])
    return scale if scale.use is use else state.desk.scales[default]


def changed_since(state: CaseState, rests_on: Iterable[str]) -> bool:
    """Whether something that a verdict or review rests on is no longer current."""
    return any(digest not in state.current for digest in rests_on)


def covers(state: CaseState, review: Review) -> bool:
    """Whether the review saw the draft and every verdict that stands now."""
    draft = state.draft
    standing = {held.event.digest for held in state.verdicts.values()} | ({draft.event.digest} if draft else set())
    return standing <= set(review.rests_on)


def standing_review(state: CaseState) -> Held[Review] | None:
    """The latest review of the present draft register by somebody other than its authors."""
    authors = authors_of(state)
    by_others = [held for held in state.reviews.values() if held.person not in authors]
    return max(by_others, key=lambda held: (held.event.at, held.event.digest), default=None)


def is_blind(state: CaseState) -> bool:
    """Whether the desk asks for a blind second opinion on every target."""
    return state.desk.policy.get("blind") is True


def hidden_verdicts(state: CaseState, person: str) -> frozenset[str]:
    """Ids of the verdicts that this person does not see yet: with blind second opinions, the first one on a target until a second is in.

    Whoever gave it sees it; a settled one is nobody's first opinion. The rule is for screens: the ledger holds what it holds.
    """
    if not is_blind(state):
        return frozenset()
    on: dict[str, list[Held[Verdict]]] = {}
    for held in state.verdicts.values():
        on.setdefault(held.value.target, []).append(held)
    return frozenset(found[0].id for found in on.values() if _is_first_opinion(found) and found[0].person != person)


def _is_first_opinion(verdicts: Sequence[Held[Verdict]]) -> bool:
    return len(verdicts) == 1 and not verdicts[0].others and not isinstance(verdicts[0].event.payload, VerdictSettled)


def authors_of(state: CaseState) -> set[str]:
    """Persons who wrote the draft or gave one of the verdicts that stand."""
    authors = {held.person for held in state.verdicts.values()}
    if state.draft:
        authors.add(state.draft.person)
    return authors


def same_machine(state: CaseState, review: Held[Review]) -> bool:
    """Whether the reviewer has a key made on a machine where an author has one."""
    persons = state.desk.persons
    reviewer = persons.get(review.person)
    theirs = {machine for id in authors_of(state) if id in persons for machine in persons[id].machines}
    return reviewer is not None and bool(reviewer.machines & theirs)


def check_reviewer(state: CaseState, person: str) -> None:
    """Refuse a reviewer who wrote the draft or gave one of its verdicts: persons are compared, not keys.

    Raises:
        NotAllowedError: author and reviewer are one person, or there is no draft.
    """
    draft = state.draft
    if draft is None:
        raise NotAllowedError("There is no draft to review. Write headline, summary and conclusion first: case.draft(...).")
    name = isolate(state.name_of(person) or "This person")
    if draft.person == person:
        raise NotAllowedError(
            f"{name} cannot review this draft: {name} wrote it, and author and reviewer must be two people. Ask a colleague to sign."
        )
    for held in state.verdicts.values():
        if held.person == person:
            raise NotAllowedError(
                f"{name} cannot review the verdict on {held.value.target}: author and reviewer must be two people. "
                f'Ask another reviewer, or withdraw the verdict with case.withdraw_verdict("{held.id}").'
            )
