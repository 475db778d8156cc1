#pragma once

#include <array>
#include <QColor>
#include <QFont>
#include <QObject>

namespace entvas {

// Kept in the settings by number: new ones go to the end.
enum class ThemeMode { System, Light, Dark, HighContrastLight, HighContrastDark };
// A number from the settings; System for one that is none.
ThemeMode themeModeFrom(int number);

// Every colour that the desk uses. Widgets name tokens, never colours.
struct Tokens {
    bool dark = false;
    bool highContrast = false;
    QColor background, surface, line, grid;
    QColor text, second, third;
    QColor accent, wash, onAccent;
    QColor good, warn, bad;
    std::array<QColor, 10> series;
    QColor rest;  // "(other)"
    QColor hover; // ground of the row under the mouse
    QColor focus; // rings
    double edge;  // px, width of rings and of what must stand out
};
const Tokens &lightTokens();
const Tokens &darkTokens();
const Tokens &highContrastLightTokens();
const Tokens &highContrastDarkTokens();

// Contrast ratio of WCAG 2.1 between two opaque colours, 1 to 21.
double contrast(const QColor &a, const QColor &b);

// Holds the mode that the user chose and follows the system where asked to. One per application, made by the desktop's
// composition root; lives in the UI thread.
class Theme : public QObject
{
    Q_OBJECT
public:
    explicit Theme(QObject *parent = nullptr);
    const Tokens &tokens() const { return *m_tokens; }
    ThemeMode mode() const { return m_mode; }
    void setMode(ThemeMode mode);

    // Sizes of the type scale: 11, 12, 13, 16, 28 px. Weights 400, 500, 600.
    QFont font(int px, QFont::Weight weight = QFont::Normal) const;
    QFont fixedFont(int px) const;

Q_SIGNALS:
    void changed();

private:
    void apply();
    void onSystemChanged();
    ThemeMode m_mode = ThemeMode::System;
    const Tokens *m_tokens;
    QString m_family;
    QString m_fixedFamily;
    class SystemScheme *m_scheme = nullptr;
};

} // namespace entvas
