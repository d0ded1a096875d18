using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;
using Json.Schema.Keywords;

namespace EServices.Application.Forms;

/// <summary>
/// JSON Schema 2020-12 as the library has it, with patterns that end in bounded time and mean what ECMAScript says, and the formats that forms rely on as assertions.
/// </summary>
internal static class SchemaKeywords
{
    public static readonly Dialect Forms = Dialect.Draft202012.With([new BoundedPattern(), new BoundedPatternProperties(), new FormFormat()], new Uri("urn:eservices:form-schema"), null, null);

    private sealed class BoundedPattern : PatternKeyword
    {
        public override object ValidateKeywordValue(JsonElement value) => SchemaPattern.Of(value.GetString()!);

        public override KeywordEvaluation Evaluate(KeywordData keyword, EvaluationContext context) => Bounded(Name, () => base.Evaluate(keyword, context));
    }

    private sealed class BoundedPatternProperties : PatternPropertiesKeyword
    {
        public override object ValidateKeywordValue(JsonElement value) => value.EnumerateObject().ToDictionary(member => member.Name, member => SchemaPattern.Of(member.Name));

        public override KeywordEvaluation Evaluate(KeywordData keyword, EvaluationContext context) => Bounded(Name, () => base.Evaluate(keyword, context));
    }

    private sealed class FormFormat : FormatKeyword
    {
        public override KeywordEvaluation Evaluate(KeywordData keyword, EvaluationContext context) =>
            context.Instance.ValueKind != JsonValueKind.String || keyword.RawValue.ValueKind != JsonValueKind.String || FormFormats.Holds(keyword.RawValue.GetString()!, context.Instance.GetString()!)
                ? new KeywordEvaluation { Keyword = Name, IsValid = true }
                : Failed(Name);
    }

    /// <summary>A text on which a pattern takes too long counts as not matching.</summary>
    private static KeywordEvaluation Bounded(string keyword, Func<KeywordEvaluation> evaluate)
    {
        try
        {
            return evaluate();
        }
        catch (RegexMatchTimeoutException)
        {
            return Failed(keyword);
        }
    }

    private static KeywordEvaluation Failed(string keyword) => new() { Keyword = keyword, IsValid = false, Error = keyword };
}
