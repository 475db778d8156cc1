#include "app/settings/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

// A static library's resources are linked in only when somebody asks for them; this can't stand inside a namespace.
static void initTranslations()
{
    Q_INIT_RESOURCE(desk_translations);
}

namespace entvas::language {

using namespace Qt::StringLiterals;

namespace {

const auto kFolder = u":/translations"_s;

void add(QCoreApplication &application, const QString &file, const QString &folder)
{
    auto *translator = new QTranslator(&application);
    if (translator->load(file, folder))
        application.installTranslator(translator);
    else
        delete translator;
}

} // namespace

QStringList available()
{
    return {u"en"_s, u"de"_s};
}

QString name(const QString &code)
{
    return code == u"en"_s ? u"English"_s : QLocale(code).nativeLanguageName();
}

QString chosen()
{
    const QString code = QSettings().value(kSetting).toString();
    return available().contains(code) ? code : QString();
}

void choose(const QString &code)
{
    if (code.isEmpty())
        QSettings().remove(kSetting);
    else
        QSettings().setValue(kSetting, code);
}

QString current()
{
    if (const QString code = chosen(); !code.isEmpty())
        return code;
    for (const QString &wanted : QLocale::system().uiLanguages()) {
        const QString code = wanted.section(u'-', 0, 0);
        if (available().contains(code))
            return code;
    }
    return u"en"_s;
}

void install(QCoreApplication &application)
{
    initTranslations();
    const QString code = current();
    const QLocale system = QLocale::system();
    const QLocale::Language spoken = QLocale(code).language();
    if (!chosen().isEmpty() && system.language() != spoken)
        QLocale::setDefault(QLocale(spoken, system.territory()));
    // Qt's first, as the one that was installed last is asked first. English has a file for its plural forms.
    if (code != u"en"_s)
        add(application, u"qtbase_"_s + code, QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    add(application, u"entvas_"_s + code, kFolder);
}

} // namespace entvas::language
