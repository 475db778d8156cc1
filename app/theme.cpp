#include "app/theme.h"

#include "app/systemscheme.h"

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

const Tokens &lightTokens()
{
    static const Tokens tokens{
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
        {QColor(0x3568D4), QColor(0x14958B), QColor(0xD98A00), QColor(0xC4446A), QColor(0x7B5CC9)},
        QColor(0xA9B2BF)};
    return tokens;
}

const Tokens &darkTokens()
{
    static const Tokens tokens{
        true,
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
        {QColor(0x6B96F5), QColor(0x3CBFB1), QColor(0xEBB04A), QColor(0xE87A97), QColor(0xA78BEA)},
        QColor(0x5C6675)};
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

namespace {

QString firstInstalled(const QStringList &wanted, const QString &fallback)
{
    const QStringList families = QFontDatabase::families();
    for (const QString &family : wanted)
        if (families.contains(family))
            return family;
    return fallback;
}

// The style sheet with {token} replaced by its colour.
QString sheet(const Tokens &t)
{
    QFile file(u":/style/entvas.qss"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString text = QString::fromUtf8(file.readAll());
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
    };
    for (const auto &[name, color] : names)
        text.replace(name, color.name());
    return text;
}

} // namespace

Theme::Theme(QObject *parent) : QObject(parent), m_tokens(&lightTokens()), m_scheme(new SystemScheme(this))
{
    initStyle();
    m_family = firstInstalled({u"Inter"_s, u"Inter Variable"_s}, QApplication::font().family());
    m_fixedFamily = firstInstalled({u"JetBrains Mono"_s}, QFontDatabase::systemFont(QFontDatabase::FixedFont).family());
    m_systemDark = m_scheme->isDark();
    connect(m_scheme, &SystemScheme::changed, this, &Theme::setSystemDark);
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

void Theme::setSystemDark(bool dark)
{
    m_systemDark = dark;
    if (m_mode == ThemeMode::System)
        apply();
}

void Theme::apply()
{
    const bool dark = m_mode == ThemeMode::Dark || (m_mode == ThemeMode::System && m_systemDark);
    m_tokens = dark ? &darkTokens() : &lightTokens();
    const Tokens &t = *m_tokens;
    QPalette palette;
    palette.setColor(QPalette::Window, t.background);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.surface);
    palette.setColor(QPalette::AlternateBase, t.background);
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::PlaceholderText, t.third);
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
