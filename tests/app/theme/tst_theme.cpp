#include "app/board/seriescolors.h"
#include "app/theme/systemscheme.h"
#include "app/theme/theme.h"

#include <algorithm>
#include <cmath>
#include <QApplication>
#include <QDBusVariant>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

// Least distance of two series colours, in hundredths of Oklab's unit (about 2 is just seen side by side), for every
// kind of sight. The grey of "(other)" lies at the top of a stack only, and says its name.
constexpr double kSeriesApart = 9;
constexpr double kSeriesApartSeen = 14; // with all three kinds of cones
constexpr double kLineContrast = 3.2;   // series are drawn as thin lines too
constexpr double kRestApart = 7;

using Rgb = std::array<double, 3>;
using Matrix = std::array<Rgb, 3>;

// Sight without the red, green or blue cones, on linear light: Machado, Oliveira and Fernandes, "A
// physiologically-based model for simulation of color vision deficiency", IEEE TVCG 15 (6), 2009, severity 1.0.
struct Sight {
    const char *name;
    Matrix matrix;
};
constexpr Sight kSights[]{
    {"normal", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
    {"no red", {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}}},
    {"no green", {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}}},
    {"no blue", {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}}},
};

Rgb times(const Matrix &m, const Rgb &v)
{
    Rgb out{};
    for (std::size_t row = 0; row < 3; ++row)
        out[row] = m[row][0] * v[0] + m[row][1] * v[1] + m[row][2] * v[2];
    return out;
}

// Oklab (Ottosson 2020), whose distances follow what the eye tells apart.
Rgb oklab(Rgb linear)
{
    constexpr Matrix kCones{{{0.4122214708, 0.5363325363, 0.0514459929},
                             {0.2119034982, 0.6806995451, 0.1073969566},
                             {0.0883024619, 0.2817188376, 0.6299787005}}};
    constexpr Matrix kLab{{{0.2104542553, 0.7936177850, -0.0040720468},
                           {1.9779984951, -2.4285922050, 0.4505937099},
                           {0.0259040371, 0.7827717662, -0.8086757660}}};
    for (double &channel : linear)
        channel = std::clamp(channel, 0.0, 1.0);
    Rgb cones = times(kCones, linear);
    for (double &cone : cones)
        cone = std::cbrt(cone);
    return times(kLab, cones);
}

double distance(const QColor &a, const QColor &b, const Sight &sight)
{
    const auto seen = [&sight](const QColor &c) {
        const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return oklab(times(sight.matrix, {linear(c.redF()), linear(c.greenF()), linear(c.blueF())}));
    };
    const Rgb x = seen(a);
    const Rgb y = seen(b);
    return 100 * std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

const Tokens *const kSets[]{&lightTokens(), &darkTokens(), &highContrastLightTokens(), &highContrastDarkTokens()};
const char *const kSetNames[]{"light", "dark", "high contrast light", "high contrast dark"};

} // namespace

class ThemeTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void contrastIsKnown();
    void textIsReadable_data() { addSets(); }
    void textIsReadable();
    void ringsAndSeriesStandOut_data() { addSets(); }
    void ringsAndSeriesStandOut();
    void seriesDifferForEverySight_data() { addSets(); }
    void seriesDifferForEverySight();
    void modesChooseTheirTokens();
    void hintsInFieldsAreReadable();
    void systemIsFollowed();
    void everyTokenOfTheSheetIsKnown();

private:
    static void addSets();
};

void ThemeTest::addSets()
{
    QTest::addColumn<const Tokens *>("set");
    for (std::size_t i = 0; i < std::size(kSets); ++i)
        QTest::newRow(kSetNames[i]) << kSets[i];
}

void ThemeTest::contrastIsKnown()
{
    QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrast(Qt::white, Qt::white), 1.0);
    QVERIFY(std::abs(contrast(QColor(0x767676), Qt::white) - 4.54) < 0.01); // the well-known least grey on white
    QVERIFY(distance(QColor(0xff0000), QColor(0x00ff00), kSights[0]) > 30);
    // What the model is for: a red and a green that differ in normal sight only.
    QVERIFY(distance(QColor(0xb05a3c), QColor(0x7d7a34), kSights[2]) <
            distance(QColor(0xb05a3c), QColor(0x7d7a34), kSights[0]) / 3);
}

void ThemeTest::textIsReadable()
{
    QFETCH(const Tokens *, set);
    const Tokens &t = *set;
    const double least = t.highContrast ? 7 : 4.5;
    const auto check = [&](const QColor &ink, const QColor &ground) {
        QVERIFY2(contrast(ink, ground) >= least,
                 qPrintable(u"%1 on %2: %3"_s.arg(ink.name(), ground.name()).arg(contrast(ink, ground))));
    };
    for (const QColor &ground : {t.background, t.surface, t.hover, t.grid, t.wash})
        for (const QColor &ink : {t.text, t.second, t.accent, t.good, t.warn, t.bad})
            check(ink, ground);
    check(t.onAccent, t.accent);
    // What is disabled may be faint, but not where contrast is asked for.
    if (t.highContrast)
        for (const QColor &ground : {t.background, t.surface, t.grid})
            check(t.third, ground);
}

void ThemeTest::ringsAndSeriesStandOut()
{
    QFETCH(const Tokens *, set);
    const Tokens &t = *set;
    for (const QColor &ground : {t.background, t.surface, t.grid}) {
        QVERIFY2(contrast(t.focus, ground) >= 3, qPrintable(t.focus.name() + u" on "_s + ground.name()));
    }
    for (const QColor &series : t.series)
        QVERIFY2(contrast(series, t.surface) >= (t.highContrast ? 4 : kLineContrast), qPrintable(series.name()));
    QVERIFY(t.series.size() >= 10);
    QCOMPARE(t.series.size(), std::size_t(SeriesColors::kSlots));
    if (t.highContrast) {
        QVERIFY(contrast(t.line, t.surface) >= 3);
        QVERIFY(contrast(t.focus, t.line) >= 3); // an edge that gets the focus changes for the eye, not only in hue
        QVERIFY(contrast(t.rest, t.surface) >= 3);
        QVERIFY(t.edge >= 2);
    }
}

void ThemeTest::seriesDifferForEverySight()
{
    QFETCH(const Tokens *, set);
    for (const Sight &sight : kSights)
        for (std::size_t i = 0; i < set->series.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                const double apart = distance(set->series[i], set->series[j], sight);
                QVERIFY2(apart >= (&sight == kSights ? kSeriesApartSeen : kSeriesApart),
                         qPrintable(u"%1 and %2, %3: %4"_s
                                        .arg(set->series[i].name(), set->series[j].name(), QLatin1String(sight.name))
                                        .arg(apart)));
            }
            const double apart = distance(set->series[i], set->rest, sight);
            QVERIFY2(
                apart >= kRestApart,
                qPrintable(
                    u"%1 and the rest, %2: %3"_s.arg(set->series[i].name(), QLatin1String(sight.name)).arg(apart)));
        }
}

void ThemeTest::modesChooseTheirTokens()
{
    Theme theme;
    QSignalSpy changed(&theme, &Theme::changed);
    const std::pair<ThemeMode, const Tokens *> wanted[]{
        {ThemeMode::HighContrastDark, &highContrastDarkTokens()},
        {ThemeMode::HighContrastLight, &highContrastLightTokens()},
        {ThemeMode::Dark, &darkTokens()},
        {ThemeMode::Light, &lightTokens()},
    };
    for (const auto &[mode, tokens] : wanted) {
        theme.setMode(mode);
        QCOMPARE(&theme.tokens(), tokens);
        QCOMPARE(QApplication::palette().color(QPalette::WindowText), tokens->text);
        QCOMPARE(qApp->styleSheet().contains(u"2px solid "_s + tokens->line.name()), tokens->highContrast);
    }
    QCOMPARE(changed.count(), 4);
    // Settings keep numbers, also those of another version.
    QCOMPARE(themeModeFrom(1), ThemeMode::Light);
    QCOMPARE(themeModeFrom(4), ThemeMode::HighContrastDark);
    QCOMPARE(themeModeFrom(5), ThemeMode::System);
    QCOMPARE(themeModeFrom(-1), ThemeMode::System);
}

// A style sheet may change the palette under the hands of a field.
void ThemeTest::hintsInFieldsAreReadable()
{
    Theme theme;
    QLineEdit field;
    field.setObjectName(u"search"_s);
    for (const ThemeMode mode :
         {ThemeMode::Light, ThemeMode::Dark, ThemeMode::HighContrastLight, ThemeMode::HighContrastDark}) {
        theme.setMode(mode);
        field.ensurePolished();
        const QColor hint = field.palette().color(QPalette::PlaceholderText);
        QCOMPARE(hint.alpha(), 255);
        QVERIFY2(contrast(hint, theme.tokens().background) >= (theme.tokens().highContrast ? 7 : 4.5),
                 qPrintable(hint.name()));
        QCOMPARE(field.palette().color(QPalette::Text), theme.tokens().text);
    }
}

// The portal's signal, as it arrives from the bus.
void ThemeTest::systemIsFollowed()
{
    Theme theme;
    auto *scheme = theme.findChild<SystemScheme *>();
    QVERIFY(scheme);
    const auto say = [scheme](const QString &space, const QString &key, uint value) {
        QVERIFY(QMetaObject::invokeMethod(scheme, "onSettingChanged", Q_ARG(QString, space), Q_ARG(QString, key),
                                          Q_ARG(QDBusVariant, QDBusVariant(value))));
    };
    const auto appearance = u"org.freedesktop.appearance"_s;
    say(appearance, u"color-scheme"_s, 2);
    QCOMPARE(&theme.tokens(), &lightTokens());
    say(appearance, u"contrast"_s, 1);
    QCOMPARE(&theme.tokens(), &highContrastLightTokens());
    say(appearance, u"color-scheme"_s, 1);
    QCOMPARE(&theme.tokens(), &highContrastDarkTokens());
    say(u"org.gnome.desktop.a11y"_s, u"contrast"_s, 0); // not ours
    say(appearance, u"accent-color"_s, 0);
    QCOMPARE(&theme.tokens(), &highContrastDarkTokens());
    theme.setMode(ThemeMode::Light); // a person's own choice wins
    QCOMPARE(&theme.tokens(), &lightTokens());
    theme.setMode(ThemeMode::System);
    say(appearance, u"contrast"_s, 0);
    QCOMPARE(&theme.tokens(), &darkTokens());
}

void ThemeTest::everyTokenOfTheSheetIsKnown()
{
    Theme theme;
    for (const ThemeMode mode : {ThemeMode::Light, ThemeMode::HighContrastLight}) {
        theme.setMode(mode);
        QVERIFY(qApp->styleSheet().size() > 1'000);
        static const QRegularExpression left(u"\\{[a-zA-Z]+\\}"_s);
        const QRegularExpressionMatch match = left.match(qApp->styleSheet());
        QVERIFY2(!match.hasMatch(), qPrintable(match.captured()));
    }
}

QTEST_MAIN(ThemeTest)
#include "tst_theme.moc"
