"""Finds runs of six words that a summary shares with official texts: a summary is ours, never a copy."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

_UDHR = json.loads((Path(__file__).parent / "udhr_runs.json").read_text(encoding="utf-8"))
SIZE: int = _UDHR["size"]

WELL_KNOWN = """
the highest attainable standard of physical and mental health
an adequate standard of living for himself and his family
including adequate food clothing and housing and to the continuous improvement of living conditions
to the maximum of its available resources with a view to achieving progressively the full realization
of the rights recognized in the present covenant by all appropriate means
no one shall be subjected to torture or to cruel inhuman or degrading treatment or punishment
no one shall be subjected to arbitrary arrest or detention
all persons deprived of their liberty shall be treated with humanity
with humanity and with respect for the inherent dignity of the human person
no one shall be imprisoned merely on the ground of inability to fulfil a contractual obligation
arbitrary or unlawful interference with his privacy family home or correspondence
every citizen shall have the right and the opportunity without any of the distinctions mentioned in article 2
all persons are equal before the law and are entitled without any discrimination to the equal protection of the law
in community with the other members of their group to enjoy their own culture
to profess and practise their own religion or to use their own language
any distinction exclusion restriction or preference based on race colour descent or national or ethnic origin
any distinction exclusion or restriction made on the basis of sex
all appropriate measures including legislation to suppress all forms of traffic in women
traffic in women and exploitation of prostitution of women
temporary special measures aimed at accelerating de facto equality between men and women
any act by which severe pain or suffering whether physical or mental is intentionally inflicted on a person
no exceptional circumstances whatsoever whether a state of war or a threat of war
there are substantial grounds for believing that he would be in danger of being subjected to torture
at the instigation of or with the consent or acquiescence of a public official
in all actions concerning children the best interests of the child shall be a primary consideration
every human being below the age of eighteen years unless
under the law applicable to the child majority is attained earlier
the child who is capable of forming his or her own views the right to express those views freely
the views of the child being given due weight in accordance with the age and maturity of the child
to rest and leisure to engage in play and recreational activities appropriate to the age of the child
as a measure of last resort and for the shortest appropriate period of time
to promote protect and ensure the full and equal enjoyment of all human rights
human rights and fundamental freedoms by all persons with disabilities
the equal right of all persons with disabilities to live in the community with choices equal to others
the existence of a disability shall in no case justify a deprivation of liberty
el más alto nivel posible de salud física y mental
un nivel de vida adecuado para sí y su familia incluso alimentación vestido y vivienda adecuados
hasta el máximo de los recursos de que disponga
nadie será sometido a torturas ni a penas o tratos crueles inhumanos o degradantes
será tratada humanamente y con el respeto debido a la dignidad inherente al ser humano
injerencias arbitrarias o ilegales en su vida privada su familia su domicilio o su correspondencia
todas las personas son iguales ante la ley y tienen derecho sin discriminación a igual protección de la ley
toda distinción exclusión restricción o preferencia basada en motivos de raza color linaje u origen nacional o étnico
toda distinción exclusión o restricción basada en el sexo
una consideración primordial a que se atenderá será el interés superior del niño
como medida de último recurso y durante el período más breve que proceda
en igualdad de condiciones con las demás personas
"""
"""Phrases of the treaties that a writer is most likely to slip into."""


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def runs(text: str) -> list[str]:
    spoken = words(text)
    return [" ".join(spoken[start : start + SIZE]) for start in range(len(spoken) - SIZE + 1)]


def _digest(run: str) -> str:
    return hashlib.sha256(run.encode()).hexdigest()[:8]


OFFICIAL = {digest for language in ("en", "es") for line in _UDHR[language] for digest in line.split()} | {
    _digest(run) for phrase in WELL_KNOWN.strip().splitlines() for run in runs(phrase)
}


def copied(text: str) -> list[str]:
    """The runs of six words in `text` that stand in an official text too."""
    return [run for run in runs(text) if _digest(run) in OFFICIAL]
