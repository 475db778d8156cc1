// showcase FOLDER [--views a,b] [--themes light,dark,contrast,contrast-dark] [--language de]
// [--sizes laptop,hd,4k,4k2,small,tiny,200%,portrait] Writes a PNG of every view with lively data for every theme and
// size: to look at before others do.
#include "app/feed/rejectedpages.h"
#include "app/session/session.h"
#include "app/settings/language.h"
#include "app/settings/preferences.h"
#include "app/theme/theme.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/chart/captiontext.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/deskpage.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dialogs/alertcenter.h"
#include "app/widgets/dialogs/alertdialog.h"
#include "app/widgets/dialogs/connectdialog.h"
#include "app/widgets/dialogs/keysdialog.h"
#include "app/widgets/dialogs/settingsdialog.h"
#include "app/widgets/dialogs/spandialog.h"
#include "app/widgets/dialogs/zonedialog.h"
#include "app/widgets/lists/sharelist.h"
#include "app/widgets/stream/rejectedview.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"
#include "app/widgets/window/mainwindow.h"
#include "tests/app/fakefeed.h"
#include "tests/showcase/samples.h"
#include "tests/showcase/showdata.h"

#include <algorithm>
#include <functional>
#include <QAction>
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QSettings>
#include <QStandardPaths>
#include <QTest>
#include <QToolButton>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPixelsOfDialogs = 40; // a dialog's place below the top of the window

struct Look {
    const char *name;
    ThemeMode mode;
};
constexpr Look kLooks[]{{"light", ThemeMode::Light},
                        {"dark", ThemeMode::Dark},
                        {"contrast", ThemeMode::HighContrastLight},
                        {"contrast-dark", ThemeMode::HighContrastDark}};

struct Format {
    const char *name;
    QSize size; // logical pixels
    double scale;
};
constexpr Format kFormats[]{{"laptop", {1280, 800}, 1}, {"hd", {1920, 1080}, 1},     {"4k2", {1920, 1080}, 2},
                            {"4k", {3840, 2160}, 1},    {"small", {1024, 640}, 1},   {"tiny", {800, 560}, 1},
                            {"200%", {960, 500}, 2},    {"portrait", {900, 1400}, 1}};

// One window with its feed, as a view needs it.
class Stage
{
public:
    Stage(const Format &format, ThemeMode look, showcase::ShowData &data, qint64 nowMs)
        : m_session(Settings()), m_window(&m_session), m_data(data), m_nowMs(nowMs), m_scale(format.scale)
    {
        // A name in the toolbar; what is shown comes from the feed below.
        m_session.connectTo(QUrl(u"http://127.0.0.1:8000"_s));
        Q_EMIT m_session.feedChanged(&m_feed);
        m_window.theme().setMode(look);
        m_window.board().setZone(showcase::busyZone(nowMs));
        m_scale *= m_window.devicePixelRatioF(); // QT_SCALE_FACTOR: pictures as the screen would show them
        m_window.resize(format.size);
        m_window.show();
        settle();
    }
    ~Stage() { Q_EMIT m_session.feedChanged(nullptr); }

    MainWindow &window() { return m_window; }
    FakeFeed &feed() { return m_feed; }
    Desk &desk() { return *m_window.desk(); }
    void live()
    {
        FeedState state;
        state.kind = FeedState::Kind::Live;
        state.latencyMs = 38;
        Q_EMIT m_feed.stateChanged(state);
    }
    void fill()
    {
        m_nowMs = QDateTime::currentMSecsSinceEpoch();
        m_data.advance(m_nowMs);
        wire::Hello hello;
        hello.serverTimeMs = m_nowMs;
        hello.store = u"postgresql"_s;
        m_feed.say(hello);
        live();
        wire::Snapshot snapshot;
        snapshot.project = kDefaultProject;
        snapshot.serverTimeMs = m_nowMs;
        snapshot.totals = m_data.totals();
        snapshot.cube = m_data.cube().snapshot();
        snapshot.users = m_data.users().snapshot();
        m_feed.say(snapshot);
        m_feed.say(m_data.tail(400));
        settle();
    }
    void key(int key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(m_window.focusWidget() ? m_window.focusWidget() : &m_window, Qt::Key(key), modifiers);
        settle();
    }
    static void settle() { QTest::qWait(60); }

    QImage picture(QWidget *over = nullptr)
    {
        settle();
        QImage image(m_window.size() * m_scale, QImage::Format_RGB32);
        image.setDevicePixelRatio(m_scale);
        m_window.render(&image);
        if (over) {
            QImage front(over->size() * m_scale, QImage::Format_RGB32);
            front.setDevicePixelRatio(m_scale);
            over->render(&front);
            QPainter painter(&image);
            const QPoint at((m_window.width() - over->width()) / 2, kPixelsOfDialogs + 60);
            painter.fillRect(QRect(QPoint(), m_window.size()), QColor(0, 0, 0, 60));
            painter.drawImage(at, front);
            painter.setPen(Qt::gray); // where the window system would draw its frame
            painter.drawRect(QRect(at - QPoint(1, 1), over->size() + QSize(1, 1)));
        }
        return image;
    }
    QImage pictureWith(QDialog &dialog)
    {
        dialog.show();
        settle();
        return picture(&dialog);
    }
    QImage pictureWith(QMenu &menu, const QPoint &at)
    {
        menu.popup(m_window.mapToGlobal(at));
        settle();
        QImage image = picture();
        QImage front(menu.size() * m_scale, QImage::Format_RGB32);
        front.setDevicePixelRatio(m_scale);
        menu.render(&front);
        QPainter(&image).drawImage(menu.mapToGlobal(QPoint()) - m_window.mapToGlobal(QPoint()), front);
        menu.close();
        return image;
    }

private:
    Session m_session;
    MainWindow m_window;
    FakeFeed m_feed;
    showcase::ShowData &m_data;
    qint64 m_nowMs;
    double m_scale;
};

struct View {
    const char *name;
    std::function<QImage(Stage &)> take;
};

// The desk with data, then `act`.
std::function<QImage(Stage &)> filled(std::function<void(Stage &)> act)
{
    return [act = std::move(act)](Stage &stage) {
        stage.fill();
        act(stage);
        return stage.picture();
    };
}

QList<View> views(qint64 nowMs)
{
    const QTimeZone zone = showcase::busyZone(nowMs);
    const auto refused = [](FeedState::Kind kind, const QString &why) {
        FeedState state;
        state.kind = kind;
        state.reason = why;
        return state;
    };
    return {
        {"connecting", [](Stage &stage) { return stage.picture(); }},
        {"empty",
         [](Stage &stage) {
             stage.live();
             stage.feed().snapshot(LiveCube({u"eventType"_s, u"page"_s}), QDateTime::currentMSecsSinceEpoch());
             return stage.picture();
         }},
        {"five-minutes", filled([](Stage &stage) { stage.key(Qt::Key_1); })},
        {"hour", filled([](Stage &stage) { stage.key(Qt::Key_2); })},
        {"day", filled([](Stage &stage) { stage.key(Qt::Key_3); })},
        {"week", filled([](Stage &stage) { stage.key(Qt::Key_4); })},
        {"month", filled([](Stage &stage) { stage.key(Qt::Key_5); })},
        {"quarter", filled([](Stage &stage) { stage.key(Qt::Key_6); })},
        {"filter", filled([](Stage &stage) {
             stage.key(Qt::Key_3);
             stage.key(Qt::Key_C);
             Q_EMIT stage.desk().topList()->clicked(u"page_view"_s, {});
             Q_EMIT stage.desk().breakdownList(0)->clicked(u"home"_s, {});
             Q_EMIT stage.desk().breakdownList(0)->clicked(u"profile"_s, Qt::ControlModifier);
         })},
        {"comparison", filled([](Stage &stage) {
             stage.key(Qt::Key_4);
             stage.key(Qt::Key_C);
         })},
        {"found", filled([](Stage &stage) {
             stage.key(Qt::Key_3);
             Q_EMIT stage.desk().breakdownList(0)->clicked(u"home"_s, {});
             Q_EMIT stage.desk().breakdownList(0)->clicked(u"profile"_s, Qt::ControlModifier);
             QTest::mouseClick(stage.desk().stream()->view()->viewport(), Qt::LeftButton, {}, QPoint(100, 60));
         })},
        {"hover", filled([](Stage &stage) {
             stage.key(Qt::Key_3);
             stage.key(Qt::Key_C);
             const QList<qint64> &counts = stage.window().board().frame().main.perBucket;
             stage.desk().chart()->pick(std::max_element(counts.cbegin(), counts.cend()) - counts.cbegin());
         })},
        {"event", filled([](Stage &stage) {
             stage.key(Qt::Key_3);
             QTest::mouseClick(stage.desk().stream()->view()->viewport(), Qt::LeftButton, {}, QPoint(100, 60));
         })},
        {"stream-filter", filled([](Stage &stage) {
             stage.key(Qt::Key_3);
             stage.desk().stream()->filterLine()->setText(u"type:page_view browser:chrome"_s);
         })},
        {"alerts-dialog",
         [nowMs, zone](Stage &stage) {
             stage.fill();
             AlertDialog dialog(showcase::rules(),
                                {{nowMs - 7'200'000, u"Busy shop"_s, u"1,204 events in 5 minutes"_s, false},
                                 {nowMs - 5'400'000, u"Busy shop"_s, u"it is over"_s, true}},
                                {}, zone, &stage.window());
             return stage.pictureWith(dialog);
         }},
        {"alert", filled([](Stage &stage) {
             AlertRule rule;
             rule.name = u"Busy shop"_s;
             rule.threshold = 3;
             stage.window().alerts()->setRules({rule});
             wire::Heartbeat beat;
             beat.serverTimeMs = QDateTime::currentMSecsSinceEpoch();
             stage.feed().say(beat);
             QTest::qWait(1'300); // rules are looked at once a second
         })},
        {"span-dialog",
         [nowMs, zone](Stage &stage) {
             stage.fill();
             SpanDialog dialog(TimeView::of(NamedRange::Day), {nowMs - 86'400'000, nowMs}, zone, &stage.window());
             return stage.pictureWith(dialog);
         }},
        {"zone-dialog",
         [nowMs, zone](Stage &stage) {
             stage.fill();
             ZoneDialog dialog(zone, nowMs, &stage.window());
             return stage.pictureWith(dialog);
         }},
        {"connect-dialog",
         [](Stage &stage) {
             stage.fill();
             ConnectDialog dialog(
                 {QUrl(u"https://analytics.example.org"_s), QUrl(u"http://10.0.0.5:8000"_s)},
                 [](const QString &, QUrl *) { return QString(); }, &stage.window());
             return stage.pictureWith(dialog);
         }},
        {"settings",
         [](Stage &stage) {
             stage.fill();
             Preferences preferences;
             preferences.theme = stage.window().theme().mode();
             SettingsDialog dialog(preferences, true, u"/home/user/.config/entvas/views"_s, &stage.window());
             return stage.pictureWith(dialog);
         }},
        {"keys",
         [](Stage &stage) {
             stage.fill();
             KeysDialog dialog(stage.window().actions(), &stage.window());
             return stage.pictureWith(dialog);
         }},
        {"rejected", filled([](Stage &stage) {
             stage.key(Qt::Key_3);
             stage.desk().docking()->showPanel(u"rejected"_s);
             QTest::qWait(300); // nobody answers there; then comes what is shown
             if (auto *pages = stage.desk().rejected()->findChild<RejectedPages *>())
                 Q_EMIT pages->arrived(showcase::rejected(QDateTime::currentMSecsSinceEpoch()));
         })},
        {"page",
         [](Stage &stage) {
             stage.fill();
             stage.key(Qt::Key_3);
             stage.key(Qt::Key_C);
             Q_EMIT stage.desk().breakdownList(0)->clicked(u"home"_s, {});
             stage.settle();
             const Caption words = captionOf(stage.window().board().frame(), u"Project shop · example.org"_s, -1);
             const DeskPage page(&stage.desk(), words, stage.window().theme(), QSizeF(277, 190));
             return picture::image(Sheet(&stage.desk(), words, stage.window().theme()));
         }},
        {"chart-picture",
         [](Stage &stage) {
             stage.fill();
             stage.key(Qt::Key_3);
             stage.key(Qt::Key_C);
             const Caption words = captionOf(stage.window().board().frame(), u"Project shop · example.org"_s, -1);
             return picture::image(Sheet(stage.desk().chartCard(), words, stage.window().theme(), 20));
         }},
        {"layout", filled([](Stage &stage) {
             stage.key(Qt::Key_3);
             Docking *docking = stage.desk().docking();
             docking->stackPanel(u"breakdown1"_s, u"top"_s);
             docking->stackPanel(u"breakdown2"_s, u"top"_s);
         })},
        {"maximised", filled([](Stage &stage) {
             stage.key(Qt::Key_4);
             stage.key(Qt::Key_C);
             stage.desk().docking()->maximise(u"chart"_s);
         })},
        {"palette", filled([](Stage &stage) { stage.window().actions().find(u"palette"_s)->trigger(); })},
        {"kiosk", filled([](Stage &stage) {
             stage.key(Qt::Key_3);
             stage.window().setKiosk(true);
         })},
        {"panel-menu",
         [](Stage &stage) {
             stage.fill();
             QMenu menu;
             stage.desk().docking()->fillMenu(u"chart"_s, &menu);
             menu.addActions(stage.desk().docking()->toggles());
             return stage.pictureWith(menu, QPoint(500, 250));
         }},
        {"menu",
         [](Stage &stage) {
             stage.fill();
             auto *button = stage.window().findChild<QToolButton *>(u"menu"_s);
             return stage.pictureWith(*button->menu(), QPoint(stage.window().width() - 330, 50));
         }},
        {"stale", filled([](Stage &stage) {
             stage.key(Qt::Key_3);
             stage.feed().lose(u"The server analytics.example.org does not answer."_s);
         })},
        {"lost",
         [](Stage &stage) {
             stage.feed().lose(u"Nobody answers at 127.0.0.1:8000."_s);
             return stage.picture();
         }},
        {"refused",
         [refused](Stage &stage) {
             Q_EMIT stage.feed().stateChanged(
                 refused(FeedState::Kind::Refused, u"127.0.0.1:8000 asks for a token (401)."_s));
             return stage.picture();
         }},
        {"incompatible",
         [refused](Stage &stage) {
             Q_EMIT stage.feed().stateChanged(
                 refused(FeedState::Kind::Incompatible,
                         u"127.0.0.1:8000 speaks version 2 of the protocol, this program version 1."_s));
             return stage.picture();
         }},
    };
}

bool isWanted(const QString &list, const char *name)
{
    return list.isEmpty() || list.split(u',').contains(QLatin1StringView(name));
}

} // namespace

int main(int argc, char **argv)
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(u"entvas-test"_s);
    QCoreApplication::setApplicationName(u"showcase"_s);
    QApplication application(argc, argv);
    QCommandLineParser options;
    options.addPositionalArgument(u"folder"_s, u"Where the pictures go."_s);
    const QCommandLineOption wantedViews(u"views"_s, u"Only these."_s, u"names"_s);
    const QCommandLineOption wantedThemes(u"themes"_s, u"Only these."_s, u"names"_s);
    const QCommandLineOption wantedSizes(u"sizes"_s, u"Only these."_s, u"names"_s);
    const QCommandLineOption wantedLanguage(u"language"_s, u"Of the texts."_s, u"code"_s, u"en"_s);
    options.addOptions({wantedViews, wantedThemes, wantedSizes, wantedLanguage});
    options.process(application);
    if (options.positionalArguments().size() != 1)
        qFatal("Which folder do the pictures go to?");
    const QDir folder(options.positionalArguments().first());
    if (!folder.mkpath(u"."_s))
        qFatal("The folder can't be made.");

    QSettings().clear();
    language::choose(options.value(wantedLanguage));
    language::install(application);
    if (options.value(wantedLanguage) == u"en"_s)
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    showcase::ShowData data(now, showcase::busyZone(now));
    for (const Format &format : kFormats)
        for (const Look &look : kLooks)
            for (const View &view : views(now)) {
                if (!isWanted(options.value(wantedViews), view.name) ||
                    !isWanted(options.value(wantedThemes), look.name) ||
                    !isWanted(options.value(wantedSizes), format.name))
                    continue;
                QSettings().clear();
                Stage stage(format, look.mode, data, now);
                const QString name = u"%1-%2-%3.png"_s.arg(QLatin1StringView(view.name), QLatin1StringView(look.name),
                                                           QLatin1StringView(format.name));
                if (!view.take(stage).save(folder.filePath(name)))
                    qFatal("A picture can't be written.");
            }
    return 0;
}
