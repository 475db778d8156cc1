#include "app/board/savedview.h"

#include "app/board/layout/layouttext.h"
#include "app/board/text/choicetext.h"

#include <QJsonDocument>
#include <QUrl>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostFilterChars = 2'000;
constexpr qsizetype kMostServerChars = 500;
constexpr qsizetype kMostProjectChars = 128;

bool isServer(const QString &text)
{
    if (text == QStringView(kLocalServer))
        return true;
    const QUrl url(text, QUrl::StrictMode);
    return url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty() && !url.hasQuery() &&
           !url.hasFragment() && (url.path().isEmpty() || url.path() == "/"_L1) &&
           (url.scheme() == "http"_L1 || url.scheme() == "https"_L1);
}

// Takes the text at `key` where there is one. False when it is no text, or longer than `most`.
bool takeText(const QJsonObject &json, QLatin1StringView key, qsizetype most, QString *text)
{
    const QJsonValue value = json.value(key);
    if (value.isUndefined())
        return true;
    *text = value.toString();
    return value.isString() && text->size() <= most;
}

Failure wrongText(QLatin1StringView key, qsizetype most)
{
    return wrong(u"\"%1\" must be a text of at most %2 characters."_s.arg(key, QString::number(most)));
}

} // namespace

QJsonObject toJson(const SavedView &view)
{
    QJsonObject json{{u"entvas"_s, u"view"_s}, {u"show"_s, toJson(view.choice)}};
    const std::pair<QString, QString> texts[]{{u"name"_s, view.name},
                                              {u"server"_s, view.server},
                                              {u"project"_s, view.project},
                                              {u"zone"_s, QString::fromLatin1(view.zone)},
                                              {u"stream"_s, view.streamFilter}};
    for (const auto &[key, text] : texts)
        if (!text.isEmpty())
            json.insert(key, text);
    if (view.layout)
        json.insert(u"layout"_s, toJson(*view.layout));
    if (view.relativeTimes)
        json.insert(u"relativeTimes"_s, true);
    if (!view.newestFirst)
        json.insert(u"oldestFirst"_s, true);
    return json;
}

Result<SavedView> savedViewFromJson(const QJsonObject &json)
{
    static const QSet<QString> kKnown{u"entvas"_s, u"name"_s,   u"server"_s, u"project"_s,       u"show"_s,
                                      u"zone"_s,   u"stream"_s, u"layout"_s, u"relativeTimes"_s, u"oldestFirst"_s};
    if (json.value("entvas"_L1).toString() != "view"_L1)
        return wrong(u"This is no view of Entvas: it must begin with \"entvas\": \"view\"."_s);
    for (auto entry = json.constBegin(); entry != json.constEnd(); ++entry)
        if (!kKnown.contains(entry.key()))
            return wrong(u"\"%1\" is not part of a view."_s.arg(entry.key().left(80)));
    SavedView view;
    if (!takeText(json, "name"_L1, kMostViewNameChars, &view.name))
        return wrongText("name"_L1, kMostViewNameChars);
    if (!takeText(json, "server"_L1, kMostServerChars, &view.server) ||
        (!view.server.isEmpty() && !isServer(view.server)))
        return wrong(u"\"server\" must be \"local\" or an address such as \"https://entvas.example.org\"."_s);
    if (!takeText(json, "project"_L1, kMostProjectChars, &view.project))
        return wrongText("project"_L1, kMostProjectChars);
    if (!takeText(json, "stream"_L1, kMostFilterChars, &view.streamFilter))
        return wrongText("stream"_L1, kMostFilterChars);
    QString zone;
    if (!takeText(json, "zone"_L1, 100, &zone) || (!zone.isEmpty() && !QTimeZone(zone.toLatin1()).isValid()))
        return wrong(
            u"There is no time zone \"%1\": a name such as \"Europe/Paris\" is expected."_s.arg(zone.left(80)));
    view.zone = zone.toLatin1();
    for (const auto &[key, to] :
         {std::pair{"relativeTimes"_L1, &view.relativeTimes}, std::pair{"oldestFirst"_L1, &view.newestFirst}}) {
        const QJsonValue value = json.value(key);
        if (!value.isUndefined() && !value.isBool())
            return wrong(u"\"%1\" must be true or false."_s.arg(key));
        if (!value.isUndefined())
            *to = value.toBool() == (to == &view.relativeTimes);
    }
    const QJsonValue layout = json.value("layout"_L1);
    if (!layout.isUndefined()) {
        const Result<LayoutNode> panels = layoutFromJson(layout.toObject());
        if (!panels)
            return wrong(u"\"layout\" is wrong: %1"_s.arg(panels.failure().text));
        view.layout = *panels;
    }
    const QJsonValue show = json.value("show"_L1);
    if (!show.isUndefined() && !show.isObject())
        return wrong(u"\"show\" must be an object."_s);
    const Result<BoardChoice> choice = choiceFromJson(show.toObject());
    if (!choice)
        return choice.failure();
    view.choice = *choice;
    return view;
}

QByteArray toText(const SavedView &view)
{
    return QJsonDocument(toJson(view)).toJson(QJsonDocument::Indented);
}

Result<SavedView> savedViewFromText(const QByteArray &text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text, &error);
    if (error.error != QJsonParseError::NoError)
        return wrong(u"This is no JSON, from line %1 on: %2."_s.arg(
            QString::number(text.left(error.offset).count('\n') + 1), error.errorString()));
    if (!document.isObject())
        return wrong(u"This is no view of Entvas: a JSON object is expected."_s);
    return savedViewFromJson(document.object());
}

} // namespace entvas
