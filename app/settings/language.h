#pragma once

#include <QStringList>

class QCoreApplication;

namespace entvas {

// The language of the desk's texts. What machines and logs read stays English.
namespace language {

inline constexpr QLatin1StringView kSetting("window/language"); // where the choice is kept

// Codes of what there is: "en", "de". The name is the language's own: "Deutsch".
QStringList available();
QString name(const QString &code);

// What a person chose, empty: as the system. It counts from the next start.
QString chosen();
void choose(const QString &code);

// What the texts would be in: the choice, else the first of the system's languages that there is, else English.
QString current();

// Installs the translators for current() as children of the application, and Qt's own texts where the system has them
// (package qt6-translations-l10n). Numbers and dates stay as the system writes them; only where another language than
// the system's was chosen do they follow the words, so that the names of days and months fit. To be called once, before
// the first widget is made.
void install(QCoreApplication &application);

} // namespace language

} // namespace entvas
