"""Word lists for follow-up questions: given names, titles, and the nouns of groups, places and works. English news.

The names are common ones of the countries that news in English is about, from general knowledge; a name missing here
costs a pronoun its gender, nothing else.
"""

from qa.cues import FUNCTION_WORDS


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


MEN = word_set(
    "aaron abdul abdullah abraham adam adrian ahmad ahmed al alan albert alejandro alex alexander alexei alfred ali "
    "allen amir andre andreas andrei andrew andy ang angelo anthony antonio arnold arthur barack barry ben benjamin "
    "bernard bernie bill billy bob bobby boris brad bradley brandon brett brian bruce bruno bryan carl carlos "
    "charles charlie chris christian christopher chuck clarence clint clive cory craig curtis dale dan daniel danny "
    "darren dave david dean dennis derek diego dmitry don donald doug douglas duncan dustin dwight ed eddie edgar "
    "eduardo edward edwin elliott elon emmanuel enrique eric erik ernest eugene evan felipe fernando francis "
    "francois frank fred freddie frederick gabriel gary gavin gene geoff george gerald gerard giovanni glenn gordon "
    "graham greg gregory gustavo guy hamid harold harry harvey hassan hector henri henrik henry herbert herman "
    "howard hugh hugo hussein ian ibrahim igor isaac ivan jack jacob jake jamal james jamie jan jared jason javier "
    "jay jean jeff jeffrey jeremy jerome jerry jesse jim jimmy joao joe joel johan johann john johnny jon jonathan "
    "jordan jorge jose joseph josh joshua juan julian julio justin karl keith ken kenneth kenny kevin khalid kim "
    "kirk koen kurt kyle lance larry lars lawrence lee lenny leo leon leonard leonardo lewis liam lionel lloyd "
    "louis luca lucas luis luke mahmoud malcolm manuel marc marcel marco marcus mario mark martin marvin matt "
    "matthew maurice max mehmet michael michel miguel mike mitch mitt mohamed mohammad mohammed muhammad mustafa "
    "najim nathan neil nelson newt nicholas nick nicolas nigel noah norman oliver omar osama oscar otto owen pablo "
    "patrick paul pedro pete peter phil philip phillip pierre rafael rahul raj ralph ramon randy ray raymond recep "
    "reza rick ricky rob robert roberto robin rod rodney roger roland ron ronald ronnie ross roy rudy russell ryan "
    "said salah salman salvador sam samuel scott sean sebastian sergei shane shaun shinzo silvio simon stan stanley "
    "stefan stephen steve steven stuart ted terry theodore thomas tim timothy toby todd tom tommy tony travis "
    "trevor ty tyler tyson vernon victor viktor vincent virat vladimir volodymyr wade wallace walter warren wayne "
    "will william willie wolfgang woodrow xavier xi yasser yusuf zac zachary"
)
WOMEN = word_set(
    "abigail ada adele agnes aisha alba alexandra alexandria alexis alice alicia alison allison amanda amber amelia "
    "amy ana anastasia andrea angela angelina anita ann anna anne annie april aretha ashley audrey ava barbara "
    "beatrice bella beth betty beverly beyonce bonnie brenda bridget britney brooke camilla candace carla carmen "
    "carol carole caroline carolyn carrie catherine cathy celine charlotte chelsea cher cheryl chloe christina "
    "christine cindy claire clara claudia connie courtney crystal cynthia daisy dana danielle daphne debbie deborah "
    "debra denise diana diane dolores donna doris dorothy edith eileen elaine eleanor elena elisabeth elizabeth "
    "ella ellen emily emma erica erin esther ethel eva evelyn faith fatima faye florence frances gail georgette "
    "georgia gina giorgia gisele gloria grace greta gwen hannah heather heidi helen helena hillary holly ida ines "
    "ingrid irene iris isabel isabella ivanka jacqueline jane janet janice jasmine jean jeanne jenna jennifer jenny "
    "jessica jill joan joanna joanne josephine joy joyce judith judy julia julie june kamala karen kate katherine "
    "kathleen kathryn kathy katie katy kayla keira kelly kim kristen kristin lara laura lauren laurie leah leila "
    "lena lesley leslie leticia lily linda lindsay lisa liz lois loretta lori lorraine louise lucia lucy lynn "
    "madeleine madonna malala malia mandy margaret maria marian marie marilyn marina marion marjorie martha mary "
    "maxine megan meghan melania melinda melissa meryl mia michelle mildred miley miranda molly monica nadia nancy "
    "naomi natalia natalie natasha nicki nicola nicole nikki nina nora norma olga olivia oprah pamela patricia "
    "patti paula pauline peggy penelope penny phyllis priscilla rachel rania rebecca regina renee rihanna rita "
    "roberta rosa rose rosemary ruth sabrina sally samantha sandra sara sarah sasha selena serena shannon sharon "
    "sheila shirley sofia sonia sophia sophie stacy stella stephanie sue susan suzanne sylvia tamara tanya tara "
    "taylor teresa theresa tiffany tina tracy ursula valerie vanessa venus vera veronica victoria violet virginia "
    "vivian wanda wendy whitney winnie winona yoko yvonne zoe"
)
TITLES = word_set(
    "president minister senator governor mayor judge justice general colonel captain sergeant officer chancellor "
    "secretary prosecutor premier chairman lord professor dr rep sen gov gen actor actress singer author coach "
    "chief detective spokesman spokeswoman pope bishop imam sheriff director drummer guitarist producer politician"
)
GROUPS = word_set(
    "band group team club party police ministry government company inc corp co ltd united university college school "
    "league association federation union council committee commission agency department court army forces navy "
    "orchestra ensemble choir quartet trio brothers sisters boys girls times post news press journal bank bureau "
    "institute foundation society church congress senate parliament house nations nato eu un fbi cia bbc cnn nasa "
    "records studios airlines airways motors rangers yankees clan family people peoples tribe mothers stooges "
    "beatles"
)
PLACES = word_set(
    "street road avenue square park airport station island islands river lake mountain mountains city county "
    "district valley bay beach harbour harbor bridge stadium arena hospital hotel theatre theater museum prison "
    "center centre neighborhood suburb province region state states ocean sea coast america europe africa asia "
    "france germany england britain belgium spain italy turkey syria iraq iran israel china japan russia ukraine "
    "canada mexico india pakistan afghanistan brussels paris london york washington berlin moscow texas california "
    "florida chicago boston angeles"
)
# What groups of people are called in a question: "the band" is the group that is spoken of.
GROUP_NOUNS = word_set("band group team club company duo trio party ensemble orchestra organization organisation")
DIRECTIONS = word_set("north south east west northern southern eastern western new")
# Capitals that name nothing that a pronoun could mean.
NO_NAMES = word_set(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday spring summer autumn fall winter million billion english french british "
    "american german spanish italian russian chinese japanese muslim muslims christian christians jewish jews "
    "european ok i belgian turkish dutch swedish norwegian danish finnish polish greek irish scottish welsh swiss "
    "austrian israeli iranian iraqi syrian palestinian ukrainian egyptian saudi afghan pakistani indian korean "
    "australian canadian mexican brazilian cuban african asian arab western republican republicans democrat "
    "democrats democratic tv cd"
)
# What a sentence may begin with in a capital that makes no name.
OPENERS = FUNCTION_WORDS | word_set(
    "a although american americans among another around away because before besides between both british certain "
    "commenting consequently despite due early eventually ever every everyone few finally first following former "
    "further furthermore generally have here however i initially instead it's last late later like many meanwhile "
    "most mr mrs much nearly never nevertheless next nobody none nothing now often once only originally perhaps "
    "please police privately recently several shortly similarly since sometimes soon starting still such tell "
    "there's therefore though throughout thus today together two three four five six seven eight nine ten twice "
    "unlike until upon using usually various well what's whenever whereas whether while within without yes "
    "yesterday yet you your january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter list describe "
    "explain name any anything"
)
# Nouns of persons that no ending shows.
PEOPLE = word_set(
    "adult artist aunt boy brother chief child children civilian colleague couple cousin crew daughter father "
    "friend gang girl guard hostage husband individual judge king man member men migrant minister mother national "
    "nurse official parent patient people person police politician president prime prince princess queen refugee "
    "relative resident sister son spokesman staff student survivor suspect teen teenager uncle victim wife witness "
    "woman women youth"
)
# Plurals without an s.
PLURALS = word_set("anybody anyone children everybody everyone men people police somebody someone women")
# What has a title: "the film" asked about after its name is that film.
WORKS = word_set(
    "film movie record hit song album book novel single show series play game article report company magazine newspaper"
)
# How a message begins that asks for something: one that begins otherwise, and is short, names a topic.
ASKING = word_set(
    "who whose whom what when where why which how is are was were am do does did has have had can could will would "
    "should shall may might must in on at for to by from with of about and but so or also then tell list describe "
    "explain name give show find any anything anyone if it he she they this that these those there i you we yes no "
    "ok okay thanks thank hello hi please more what's who's didn't wasn't isn't aside besides other another"
)
# What asks for nothing.
COURTESY = word_set("yes no ok okay thanks thank hello hi please i we you")
