#include "app/widgets/base/picture.h"

#include "app/theme/theme.h"

#include <algorithm>
#include <QBuffer>
#include <QCoreApplication>
#include <QPagedPaintDevice>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QWidget>

namespace entvas {

namespace {

constexpr int kSide = 20;   // px, beside the words: as wide as the margin of the desk
constexpr int kAbove = 16;  // above the title, and below the last line
constexpr int kBetween = 4; // lines
constexpr int kAround = 12; // above and below the widget

struct Line {
    QString text;
    QFont font;
    bool isTitle = false;
};

QList<Line> linesAbove(const Caption &caption, const Theme &theme)
{
    QList<Line> lines{{caption.title, theme.font(16, QFont::DemiBold), true}};
    for (const QString &fact : caption.facts)
        lines.append({fact, theme.font(12)});
    return lines;
}

constexpr int kFlags = Qt::AlignLeft | Qt::AlignTop | Qt::TextWrapAnywhere | Qt::TextWordWrap;

int heightOf(const Line &line, int width)
{
    const QRect room(0, 0, std::max(width - 2 * kSide, 1), QWIDGETSIZE_MAX);
    return QFontMetrics(line.font).boundingRect(room, kFlags, line.text).height();
}

int heightOf(const QList<Line> &lines, int width)
{
    int height = -kBetween;
    for (const Line &line : lines)
        height += heightOf(line, width) + kBetween;
    return height;
}

// Draws the lines from `y` down; gives the next one.
int paintLines(QPainter &painter, const QList<Line> &lines, int y, int width, const Tokens &tokens)
{
    for (const Line &line : lines) {
        const int height = heightOf(line, width);
        painter.setFont(line.font);
        painter.setPen(line.isTitle ? tokens.text : tokens.second);
        painter.drawText(QRect(kSide, y, width - 2 * kSide, height), kFlags, line.text);
        y += height + kBetween;
    }
    return y - kBetween;
}

} // namespace

Sheet::Sheet(QWidget *widget, const Caption &caption, const Theme &theme, int side)
    : m_widget(widget), m_caption(caption), m_theme(theme), m_side(side)
{
}

int Sheet::heightOfWords(const Caption &caption, const Theme &theme, int width)
{
    return kAbove + heightOf(linesAbove(caption, theme), width) + kAround + kAround +
           heightOf({{caption.made, theme.font(11)}}, width) + kAbove;
}

QSize Sheet::size() const
{
    const int width = m_widget->width() + 2 * m_side;
    return {width, heightOfWords(m_caption, m_theme, width) + m_widget->height()};
}

void Sheet::paint(QPainter &painter) const
{
    const Tokens &tokens = m_theme.tokens();
    const int width = m_widget->width() + 2 * m_side;
    painter.fillRect(QRect(QPoint(), size()), tokens.background);
    int y = paintLines(painter, linesAbove(m_caption, m_theme), kAbove, width, tokens) + kAround;
    painter.save();
    painter.translate(m_side, y);
    m_widget->render(&painter);
    painter.restore();
    y += m_widget->height() + kAround;
    paintLines(painter, {{m_caption.made, m_theme.font(11)}}, y, width, tokens);
}

namespace picture {

namespace {
constexpr double kScale = 2;
}

QImage image(const Sheet &sheet)
{
    QImage image(sheet.size() * kScale, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(kScale);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    sheet.paint(painter);
    return image;
}

Result<void> saveBytes(const QByteArray &bytes, const QString &path)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return {
            Fault::Denied,
            QCoreApplication::translate("picture", "The file %1 can't be written: %2.").arg(path, file.errorString())};
    return {};
}

Result<void> savePng(const Sheet &sheet, const QString &path)
{
    QImage picture = image(sheet);
    // For programs that look for it: the words are in the picture too.
    picture.setText(QStringLiteral("Title"), sheet.caption().title);
    picture.setText(QStringLiteral("Description"), sheet.caption().facts.join(u'\n'));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    picture.save(&buffer, "PNG");
    return saveBytes(bytes, path);
}

Result<void> saveSvg(const Sheet &sheet, const QString &path)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QSvgGenerator svg;
        svg.setOutputDevice(&buffer);
        svg.setSize(sheet.size());
        svg.setViewBox(QRect(QPoint(), sheet.size()));
        svg.setTitle(sheet.caption().title);
        svg.setDescription((sheet.caption().facts + QStringList{sheet.caption().made}).join(u'\n'));
        QPainter painter(&svg);
        sheet.paint(painter);
    }
    return saveBytes(bytes, path);
}

void paintOn(QPagedPaintDevice *device, const Sheet &sheet)
{
    QPainter painter(device);
    const QRectF page = painter.viewport();
    const QSizeF size = sheet.size();
    const double scale = std::min(page.width() / size.width(), page.height() / size.height());
    painter.translate((page.width() - size.width() * scale) / 2, (page.height() - size.height() * scale) / 2);
    painter.scale(scale, scale);
    sheet.paint(painter);
}

} // namespace picture

} // namespace entvas
