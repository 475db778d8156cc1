#pragma once

#include "core/base/result.h"

#include <QImage>
#include <QStringList>

class QPagedPaintDevice;
class QPainter;
class QWidget;

namespace entvas {

class Theme;

// What a picture says of itself, wherever it lands: what it is of, then the facts, and below it when it was made.
struct Caption {
    QString title;
    QStringList facts;
    QString made;
    bool operator==(const Caption &) const = default;
};

// A widget between the words of its caption. Borrows all three. `side`: px of ground beside a widget that has no
// margin.
class Sheet
{
public:
    Sheet(QWidget *widget, const Caption &caption, const Theme &theme, int side = 0);
    QSize size() const; // logical pixels
    void paint(QPainter &painter) const;
    const Caption &caption() const { return m_caption; }
    // Height of all words around a widget of this width.
    static int heightOfWords(const Caption &caption, const Theme &theme, int width);

private:
    QWidget *m_widget;
    const Caption &m_caption;
    const Theme &m_theme;
    int m_side;
};

// A sheet as a picture. Failures name the file and what is wrong with it.
namespace picture {

QImage image(const Sheet &sheet); // twice as fine as the screen
Result<void> savePng(const Sheet &sheet, const QString &path);
Result<void> saveSvg(const Sheet &sheet, const QString &path);
Result<void> saveBytes(const QByteArray &bytes, const QString &path); // all or nothing
// As large as the page allows, in its middle.
void paintOn(QPagedPaintDevice *device, const Sheet &sheet);

} // namespace picture

} // namespace entvas
