using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace EServices.Identity.Front;

/// <summary>HTML. Text that is put into it by interpolation is encoded; only other markup is taken as it is.</summary>
internal sealed record Markup(string Html)
{
    public static readonly Markup Nothing = new("");

    public static Markup Of(Builder builder) => new(builder.ToString());

    [InterpolatedStringHandler]
    public readonly struct Builder
    {
        // All scripts as they are, rather than each letter of Hindi and Urdu as a number.
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

        private readonly StringBuilder html;

        public Builder(int literalLength, int formattedCount) => html = new StringBuilder(literalLength + (formattedCount * 16));

        public void AppendLiteral(string literal) => html.Append(literal);

        public void AppendFormatted(Markup markup) => html.Append(markup.Html);

        public void AppendFormatted(string? text) => html.Append(Encoder.Encode(text ?? ""));

        public override string ToString() => html.ToString();
    }
}
