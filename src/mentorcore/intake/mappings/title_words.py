"""Words by which a question's title shows what it is about.

English, German, French, Spanish, Italian, Portuguese, Turkish and Polish. A word is looked for at
the beginning of words, upper and lower case alike; a topic further up goes before those below it.
What a topic means in a form is said by its kind.
"""

import re
from collections.abc import Mapping

from mentorcore.adapters.spec import normal_title

# ruff: noqa: RUF001 - letters of Turkish that look like others

__all__ = ["TOPICS", "topic_of"]

TOPICS: Mapping[str, str] = {
    "stamp": (
        r"^timestamp$|^submitted( at)?$|^horodateur$|^marca temporal$|^zeitstempel$"
        r"|^carimbo de data/hora$|^informazioni cronologiche$|^sygnatura czasowa$|^zaman damgası$"
        r"|^タイムスタンプ$|^отметка времени$|^tijdstempel$"
    ),
    "id": r"^(response |record |row )?(id|no\.?|nr\.?|n°|number|nummer|#)$|^response ?id$|^lfd",
    "email": (
        r"e-?mail|mail address|courriel|correo|username|kullanıcı adı|nom d'utilisateur"
        r"|nombre de usuario|nutzername|nome de usuário|nome utente|メールアドレス"
    ),
    "rating": r"\(1.{1,12}\d\)|how (helpful|useful|satisf|happy)|rate |rating|bewert|note[zr]? de 1"
    r"|califi|valora|valut|avali|puan|ocena|oceń",
    "training": r"training|fortbildung|schulung|formation|formación|formazione|formação"
    r"|eğitim|szkol",
    "minutes": (
        r"minut|how long|duration|dauer|wie lange|durée|combien de temps|duración|durata|duração"
        r"|süre|dakika|czas trwania|dakik"
    ),
    "due": r"due|until when|reach it by|bis wann|échéance|fecha límite|scadenza|prazo"
    r"|termin|son tarih",
    "signed": r"signed|agreement|unterschr|signé|firmad|firmat|assinad|imza|podpis",
    "reason": r"why it ended|reason|grund|raison|motivo|neden|powód",
    "ended": r"ended|end date|until$|ende$|fin$|fecha de fin|fine$|término|bitiş|koniec",
    "modality": (
        r"how did (you|we) meet|how you met|modality|meeting format|wie (habt|haben) .*getroffen"
        r"|art des treffens|modalité|modalidad|modalità|modalidade|görüşme şekli|forma spotkania"
    ),
    "mentee": (
        r"mentee|new (teacher|principal|colleague)|beginning teacher|beginner|novice"
        r"|protégé|mentoré"
        r"|mentorad|mentorat|berufseinsteiger|neue lehrkraft|yeni öğretmen|podopieczn"
    ),
    "mentor": r"(my |your )?(mentor|coach|facilitator|tutor|mentore|danışman|opiekun)",
    "status": r"status|where does it stand|stand des|état|estado|stato|situação|durum|stan ",
    "indicator": r"indicator|how would (one|you) see|woran|indicateur|indicador|indicatore",
    "goal": r"goal|my aim|ziel|objectif|objetivo|meta$|obiettivo|hedef|cel$|cel ",
    "role": r"role|part as|take part|rolle|rôle|rol$|función|ruolo|papel|função|görev|rola",
    "topics": r"topic|about\?|what was it about|themen|thema|sujet|tema|argoment|assunto"
    r"|konu|temat",
    "note": r"note|remark|remember|anmerkung|bemerkung|remarque|observac|osservaz|not(lar)?$|uwag",
    "feedback": r"feedback|should (change|know)|what (could|should)|rückmeld|commentaire|comentario"
    r"|commento|comentário|geri bildirim|yorum|komentarz|comment",
    "action": r"next step|action|nächster schritt|prochaine étape|próximo paso|prossimo passo",
    "time": r"^(time|started at|uhrzeit|heure|hora|ora|saat|godzina)",
    "started": r"started on|begonnen am|commencé le|comenzó|iniziato il|começou|rozpoczę",
    "since": r"first day|since|start|matched on|paired on|seit|beginn|depuis|début|desde"
    r"|inicio|inizio"
    r"|início|başlangıç|od kiedy",
    "date": r"date|^day|day of|when did|datum|wann|fecha|^data|tarih|^jour|^día|kiedy",
    "unit": r"school|campus|department|schule|abteilung|école|escuela|scuola|escola|okul|szkoła",
    "teaches": r"i teach|subject|fächer|matière|asignatura|materia|disciplina|branş|przedmiot",
    "phone": r"phone|telefon|téléphone|teléfono",
    "places": r"how many mentees|places|plätze|places disponibles|plazas",
    "whole_name": (
        r"^full name|(\b(and|und|et|y|e|i|ve)\b|[&/+,-]) ?(your )?"
        r"(last|family|surname|nachname|familienname|nom\b|apellido|cognome|sobrenome|nazwisko)"
        r"|(last ?name|family ?name|surname|nachname|apellidos?|cognome|sobrenome|nazwisko)"
        r" ?(\b(and|und|et|y|e|i)\b|[&/+,-])|ad[ıi]?,? ?(ve )?soyad|nom et prénom"
    ),
    "family": (
        r"(last|family) ?name|surname|nachname|familienname|nom de famille|apellido|cognome"
        r"|sobrenome|nazwisko|soyad"
    ),
    "name": r"name|^nom\b|nombre|nome|ad soyad|adı|imię",
}
"""What a title asks for, with the words that show it."""

_COMPILED = {
    topic: re.compile(rf"(?:(?<!\w)(?:{words}))" if "^" not in words else words)
    for topic, words in TOPICS.items()
}


def topic_of(title: str) -> str:
    """What a title asks for; empty when none of its words is known.

    >>> topic_of("How did you meet?"), topic_of("Dauer in Minuten"), topic_of("Anything else?")
    ('modality', 'minutes', '')
    """
    said = normal_title(title).casefold()
    return next((topic for topic, words in _COMPILED.items() if words.search(said)), "")
