#include "app/theme/theme.h"

#include "app/theme/systemscheme.h"

#include <cmath>
#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QPalette>
#include <QStyleFactory>

// A static library's resources are linked in only when somebody asks for them; this can't stand inside a namespace.
static void initStyle()
{
    Q_INIT_RESOURCE(desk_style);
}

namespace entvas {

using namespace Qt::StringLiterals;

// The series differ in lightness as well as in hue, so that all of them stay apart for every kind of sight: ten colours
// that differ in hue alone would be two or three for who sees no red or no green. A test measures it, and that each can
// be a line on the surface.
const Tokens &lightTokens()
{
    static const Tokens tokens{false,
                               false,
                               QColor(0xF6F7F9),
                               QColor(0xFFFFFF),
                               QColor(0xE3E6EB),
                               QColor(0xEDEFF3),
                               QColor(0x141A24),
                               QColor(0x5A6676),
                               QColor(0x8E99A8),
                               QColor(0x2B63D9),
                               QColor(0xE8EFFD),
                               QColor(0xFFFFFF),
                               QColor(0x18794E),
                               QColor(0x9A5B00),
                               QColor(0xC2362B),
                               {QColor(0x786D00), QColor(0xAE6EFB), QColor(0xF64F81), QColor(0x853303),
                                QColor(0xB0386E), QColor(0xC87E08), QColor(0x069EA4), QColor(0x0242C0),
                                QColor(0x6B3488), QColor(0x5E70BE)},
                               QColor(0xA9B2BF),
                               QColor(0xF6F7F9),
                               QColor(0x2B63D9),
                               1};
    return tokens;
}

const Tokens &darkTokens()
{
    static const Tokens tokens{true,
                               false,
                               QColor(0x0F1319),
                               QColor(0x171C24),
                               QColor(0x262D38),
                               QColor(0x212833),
                               QColor(0xE8ECF3),
                               QColor(0x9AA5B5),
                               QColor(0x6C7787),
                               QColor(0x6C9BFF),
                               QColor(0x1B2A4A),
                               QColor(0x0F1319),
                               QColor(0x4CC38A),
                               QColor(0xF0B356),
                               QColor(0xFF7B72),
                               {QColor(0xAF9805), QColor(0x8C4DC0), QColor(0xFF9F86), QColor(0xBF400A),
                                QColor(0xE25CAE), QColor(0xECD51D), QColor(0x6DE7DB), QColor(0x0594FF),
                                QColor(0xB5AFFF), QColor(0x008C70)},
                               QColor(0x566070),
                               QColor(0x0F1319),
                               QColor(0x6C9BFF),
                               1};
    return tokens;
}

const Tokens &highContrastLightTokens()
{
    static const Tokens tokens{false,
                               true,
                               QColor(0xF2F2F2),
                               QColor(0xFFFFFF),
                               QColor(0x8A8A8A),
                               QColor(0xE4E4E4),
                               QColor(Qt::black),
                               QColor(0x2B2F36),
                               QColor(0x3F454D),
                               QColor(0x0B2FA8),
                               QColor(0xD9E6FF),
                               QColor(0xFFFFFF),
                               QColor(0x004D29),
                               QColor(0x5C3600),
                               QColor(0x8A0A00),
                               {QColor(0x4E5200), QColor(0x9159FF), QColor(0xE121BA), QColor(0x5F001C),
                                QColor(0xBA0851), QColor(0xAA7300), QColor(0x02798F), QColor(0x072963),
                                QColor(0x7F029C), QColor(0x0600E4)},
                               QColor(0x949494),
                               QColor(0xE9EEF7),
                               QColor(0x0B2FA8),
                               2};
    return tokens;
}

const Tokens &highContrastDarkTokens()
{
    static const Tokens tokens{true,
                               true,
                               QColor(Qt::black),
                               QColor(0x0D0D0D),
                               QColor(0x7A7A7A),
                               QColor(0x2A2A2A),
                               QColor(0xFFFFFF),
                               QColor(0xDADADA),
                               QColor(0xC4C4C4),
                               QColor(0x8FC1FF),
                               QColor(0x0A2A5C),
                               QColor(Qt::black),
                               QColor(0x5CF0A4),
                               QColor(0xFFC94D),
                               QColor(0xFFA199),
                               {QColor(0x9FAC00), QColor(0xC2C2FF), QColor(0xBC3DB0), QColor(0xE12202),
                                QColor(0xFD79A4), QColor(0xFFC07D), QColor(0x7FFFE6), QColor(0x00A4FC),
                                QColor(0x6C57FF), QColor(0xF2FF03)},
                               QColor(0x6A6A6A),
                               QColor(0x262626),
                               QColor(0xFFDD33),
                               2};
    return tokens;
}

double contrast(const QColor &a, const QColor &b)
{
    const auto luminance = [](const QColor &c) {
        const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
    };
    const double x = luminance(a);
    const double y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

ThemeMode themeModeFrom(int number)
{
    const bool known = number >= 0 && number <= int(ThemeMode::HighContrastDark);
    return known ? static_cast<ThemeMode>(number) : ThemeMode::System;
}

namespace {

QString firstInstalled(const QStringList &wanted, const QString &fallback)
{
    const QStringList families = QFontDatabase::families();
    for (const QString &family : wanted)
        if (families.contains(family))
            return family;
    return fallback;
}

QString readStyle(const QString &name)
{
    QFile file(u":/style/"_s + name);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

// The style sheet with {token} replaced by its colour.
QString sheet(const Tokens &t)
{
    QString text = readStyle(u"entvas.qss"_s);
    if (t.highContrast)
        text += readStyle(u"highcontrast.qss"_s);
    const std::pair<QString, QColor> names[]{
        {u"{background}"_s, t.background},
        {u"{surface}"_s, t.surface},
        {u"{line}"_s, t.line},
        {u"{grid}"_s, t.grid},
        {u"{text}"_s, t.text},
        {u"{second}"_s, t.second},
        {u"{third}"_s, t.third},
        {u"{accent}"_s, t.accent},
        {u"{wash}"_s, t.wash},
        {u"{onAccent}"_s, t.onAccent},
        {u"{bad}"_s, t.bad},
        {u"{warn}"_s, t.warn},
        {u"{hover}"_s, t.hover},
        {u"{focus}"_s, t.focus},
    };
    for (const auto &[name, color] : names)
        text.replace(name, color.name());
    // The mark in a box that is filled with the accent.
    text.replace(u"{check}"_s, t.dark ? u":/style/check-on-light.svg"_s : u":/style/check-on-dark.svg"_s);
    return text;
}

} // namespace

Theme::Theme(QObject *parent) : QObject(parent), m_tokens(&lightTokens()), m_scheme(new SystemScheme(this))
{
    initStyle();
    m_family = firstInstalled({u"Inter"_s, u"Inter Variable"_s}, QApplication::font().family());
    m_fixedFamily = firstInstalled({u"JetBrains Mono"_s}, QFontDatabase::systemFont(QFontDatabase::FixedFont).family());
    connect(m_scheme, &SystemScheme::changed, this, &Theme::onSystemChanged);
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    apply();
}

QFont Theme::font(int px, QFont::Weight weight) const
{
    QFont font(m_family);
    font.setPixelSize(px);
    font.setWeight(weight);
    return font;
}

QFont Theme::fixedFont(int px) const
{
    QFont font(m_fixedFamily);
    font.setPixelSize(px);
    font.setStyleHint(QFont::Monospace);
    return font;
}

void Theme::setMode(ThemeMode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    apply();
}

void Theme::onSystemChanged()
{
    if (m_mode == ThemeMode::System)
        apply();
}

void Theme::apply()
{
    const bool follows = m_mode == ThemeMode::System;
    const bool dark = follows ? m_scheme->isDark() : m_mode == ThemeMode::Dark || m_mode == ThemeMode::HighContrastDark;
    const bool high = follows ? m_scheme->wantsContrast()
                              : m_mode == ThemeMode::HighContrastLight || m_mode == ThemeMode::HighContrastDark;
    m_tokens = high   ? dark ? &highContrastDarkTokens() : &highContrastLightTokens()
                 : dark ? &darkTokens()
                      : &lightTokens();
    const Tokens &t = *m_tokens;
    QPalette palette;
    palette.setColor(QPalette::Window, t.background);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.surface);
    palette.setColor(QPalette::AlternateBase, t.background);
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::PlaceholderText, t.second);
    palette.setColor(QPalette::Button, t.surface);
    palette.setColor(QPalette::ButtonText, t.text);
    palette.setColor(QPalette::ToolTipBase, t.surface);
    palette.setColor(QPalette::ToolTipText, t.text);
    palette.setColor(QPalette::Highlight, t.accent);
    palette.setColor(QPalette::HighlightedText, t.onAccent);
    palette.setColor(QPalette::Link, t.accent);
    palette.setColor(QPalette::Light, t.surface);
    palette.setColor(QPalette::Mid, t.line);
    palette.setColor(QPalette::Dark, t.line);
    palette.setColor(QPalette::Disabled, QPalette::Text, t.third);
    palette.setColor(QPalette::Disabled, QPalette::ButtonText, t.third);
    palette.setColor(QPalette::Disabled, QPalette::WindowText, t.third);
    QApplication::setPalette(palette);
    QApplication::setFont(font(13));
    qApp->setStyleSheet(sheet(t));
    Q_EMIT changed();
}

} // namespace entvas
