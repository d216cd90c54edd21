"""Invented names: plausible, from many languages, the same in every run, never the same twice."""

from collections.abc import Collection, Iterator


def _words(text: str) -> list[str]:
    return text.split()


FIRST = _words("""
Aaliyah Adil Agnes Aiko Alasdair Alba Amara Amit Ana Anders Aoife Arjun Astrid Ayesha Balint Beatriz Bilal Bram Brigid
Callum Camila Carys Cedric Chidi Ciara Clement Dafydd Dalia Darius Delia Devika Dora Eamon Edda Eitan Elif Emeka Enzo
Erin Esme Etta Fadi Farah Felix Fiona Freya Gareth Gemma Giulia Goran Greta Hakan Hana Harriet Hugo Ibrahim Ida Ifeoma
Ilse Imran Ines Isla Ivo Jamila Jasper Joana Jonas Jude Kasia Keziah Kiran Klara Kofi Lara Lennart Leonie Liam Lin
Lorna Lucien Luz Mabel Magnus Maja Malik Mariam Mateo Meera Mila Miriam Mohan Nadia Nerys Niall Nia Nikolai Oona Orla
Oskar Pablo Pilar Quentin Ravi Rhiannon Roisin Ronan Rosa Ruben Rune Sadia Sanne Sigrid Sina Soren Stella Sunil Tamsin
Tara Teodor Tess Theo Tomas Uma Vera Victor Wanda Wren Xenia Yara Yusuf Zofia Zahra
""")
LAST = _words("""
Abernethy Adeyemi Akhtar Albrecht Alvarez Amsel Anand Arkwright Ashdown Badger Bakker Barlow Bassi Bellamy Berggren
Bianchi Blackwood Boateng Borowski Brannigan Brook Cairncross Calder Cardoso Carlisle Chowdhury Clearwater Coyle Crane
Dahl Danso Darby Dasgupta Devlin Dragomir Drummond Dunbar Eastwood Edevane Ekdahl Eklund Elsworth Emerson Faber
Fairfax Farouk Fenn Ferreira Fielding Finch Forsyth Fraser Galanis Garrick Ghosh Gilchrist Goodall Grove Gupta Haddad
Hale Hallam Hansen Harker Hashemi Hawthorn Hayward Heath Hendry Hollis Holm Hornsby Ibarra Iqbal Isherwood Jansen
Jardine Jelinek Kamara Karlsson Kaur Keane Kendrick Kestrel Khoury Kirkbride Kovac Lachance Lamont Langley Larkin
Lindgren Lomax Lovell MacRae Madaki Mahmood Marlowe Mendes Merrick Mistry Moreau Moss Mwangi Nakamura Nash Navarro
Nielsen Novak Nwosu Oakes Obi Ojeda Olsen Osei Palmer Pascoe Patel Pemberton Petrov Pike Popescu Prentice Quayle
Quigley Rahman Ramsay Rasmussen Redfern Reyes Roscoe Rossi Rowntree Rydell Saito Sallow Sandoval Schreiber Sharma Shaw
Silva Sinclair Skye Sokol Stanton Sterne Stoddart Sutcliffe Szabo Tanaka Tarrant Thorne Tindall Torres Tully Underhill
Usman Vale Vance Vasquez Verma Vickers Wainwright Walsh Weller Whitlock Winter Wolski Wray Yardley Yilmaz Zeller
Zielinski
""")
_STRIDE = 37  # neighbours in the list get last names far apart


def invented(taken: Collection[str] = ()) -> Iterator[str]:
    """Names without end to the last possible pair; none of `taken`, none twice, first names as varied as can be."""
    for number in range(len(FIRST) * len(LAST)):
        first = number % len(FIRST)
        # For one first name the last names run through the whole list, so no pair comes twice.
        last = (number // len(FIRST) + first * _STRIDE) % len(LAST)
        name = f"{FIRST[(first * _STRIDE) % len(FIRST)]} {LAST[last]}"
        if name not in taken:
            yield name
