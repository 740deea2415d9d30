#include "tokenizer/abbreviations.h"

#include <algorithm>
#include <array>

// Why ICU's lists will not do: docs/decisions/sentences.md.
namespace dragoman {
namespace {

struct Language {
  std::string_view code;
  std::string_view always;         // separated by blanks
  std::string_view before_number;  // only where a number follows
};

constexpr Language kLanguages[] = {
    {"", "Dr Drs Mr Mrs Ms Messrs Prof St Ste Mt Rev Gen Col Capt Cmdr Lt Sgt Maj Adm Gov Supt vs cf",
     "No Nos Nr nr p pp vol Vol fig Fig figs Figs tab Tab eq Eq ch Ch sec Sec art Art ca approx tel Tel Jan Feb Mar "
     "Apr "
     "Jun Jul Aug Sep Sept Oct Nov Dec"},
    {"en", "Hon Sen Rep Pres Pvt Cpl viz approx incl", "ext Ext"},
    {"de",
     "Hr Hrn Fr Frl Dipl Ing Mag Univ bzw ca evtl ggf ggfs inkl exkl sog vgl zzgl abzgl bspw geb gest verh ehem "
     "einschl "
     "entspr Mio Mrd Bd Bde Hrsg Jh Jhd Jhdt Abb Nr Tel Fa Kfm",
     "Abs Kap Bd Str Okt Dez Jän Mär Mai Anm Rn Rz Ziff"},
    {"fr", "MM Mme Mmes Mlle Mlles Mgr Sté env éd", "n art chap janv févr avr juil sept oct nov déc"},
    {"es", "Sr Sra Sres Sras Srta Srtas Dra Dña Ud Uds Vd Vds Lic Excmo Excma Ilmo Ilma Avda pág págs", "núm art cap"},
    {"pt", "Sr Sra Srs Sras Srta Dra Exmo Exma Ilmo Ilma Av pág págs", "núm art cap"},
    {"it", "Sig Sigg Dott Avv Arch Geom Rag Ing Egr Spett pag pagg", "num art cap"},
    {"nl", "dhr mevr mw drs ir ing prof bijv jl resp plm ong", "blz art hfst"},
    {"da", "hr fr bl ca evt inkl ekskl", "nr s kap stk"},
    {"nb", "hr fr bl ca evt inkl ekskl mill mrd", "nr s kap"},
    {"sv", "hr fr bl ca ev inkl exkl milj mdr", "nr s kap"},
    {"pl", "prof mgr inż np tzn tzw ul św ks gen płk kpt hab", "nr str godz art poz"},
    {"cs", "prof Ing Mgr MUDr JUDr např tzv tzn sv ul", "č str čl"},
    {"sk", "prof Ing Mgr MUDr JUDr napr tzv sv ul", "č str čl"},
    {"ru", "им ул проф акад доц тов тыс млн млрд напр", "рис табл стр гл ст п"},
    {"uk", "ім вул проф акад доц тис млн млрд напр", "рис табл стор гл ст"},
};

constexpr std::array<std::string_view, 18> kWithOrdinals = {"bs", "cs", "da", "de", "et", "fi", "hr", "hu", "is",
                                                            "lv", "nb", "nn", "no", "pl", "sk", "sl", "sr", "tr"};

void add_words(std::string_view words, std::unordered_set<std::string_view>& to) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    to.insert(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

}  // namespace

Abbreviations::Abbreviations(std::string_view tag) : is_known_(!tag.empty()) {
  const std::string_view language = tag.substr(0, tag.find('-'));
  for (const Language& known : kLanguages) {
    if (!language.empty() && !known.code.empty() && known.code != language) continue;
    add_words(known.always, always_);
    add_words(known.before_number, before_number_);
  }
  has_ordinals_ = language.empty() || std::ranges::count(kWithOrdinals, language) > 0;
}

bool Abbreviations::is_in(const Words& words, const std::string& word) {
  if (words.contains(word)) return true;
  std::string small = word;
  if (!small.empty() && small[0] >= 'A' && small[0] <= 'Z') small[0] = static_cast<char>(small[0] + ('a' - 'A'));
  return small != word && words.contains(small);
}

}  // namespace dragoman
