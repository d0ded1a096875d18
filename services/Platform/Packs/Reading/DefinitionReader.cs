using System.Text.Encodings.Web;
using System.Text.Json;

namespace EServices.Platform.Packs.Reading;

/// <summary>
/// Reads one service that was written outside the pack's files, by the rules of the pack's own services: what it refers to is the pack's. Besides, it may bring a
/// form (<c>formSchema</c>) and a fee (<c>fee</c>) of its own.
/// </summary>
internal static class DefinitionReader
{
    private const string Form = "formSchema", Fee = "fee";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static WrittenResult Read(StatePack pack, JsonElement written, int feeVersion, DateOnly feeFrom)
    {
        var place = new PackFolder("") { Languages = [.. pack.About.Languages.Select(language => language.Tag)] };
        var root = JsonPlace.Of(place, "", written);
        if (written.ValueKind != JsonValueKind.Object) return new(null, Errors(place, ""));

        var sources = Ids("source", pack.Sources.Select(source => source.Id));
        var definition = ServicesReader.One(root, new(
            Ids("department", pack.Departments.Select(department => department.Id)), Ids("document", pack.Documents.Select(document => document.Id)),
            Ids("form", pack.Forms.Select(form => form.Id)), Ids("fee rule", pack.Fees.Rules.Select(rule => rule.Id)),
            Ids("designation", pack.Designations.Select(designation => designation.Id)), sources, Ids("skill", pack.About.Skills.Select(skill => skill.Id)),
            Ids("eligibility", pack.Guide.Eligibilities.Select(eligibility => eligibility.Id))), Form, Fee);
        var fee = root.Object(Fee, required: false) is { } own ? OwnFee(own, definition, pack, sources, feeVersion, feeFrom) : null;
        var form = root.Has(Form) ? OwnForm(written.GetProperty(Form), definition.Id, place.Languages, out var wrong) : Nothing(out wrong);
        root.Done();
        var errors = Errors(place, "").Concat(wrong).ToList();
        return errors.Count > 0 ? new(null, errors) : new(new(definition, form, fee), []);
    }

    private static FeeSchedule OwnFee(JsonPlace place, ServiceDefinition definition, StatePack pack, Known sources, int version, DateOnly from)
    {
        var source = place.Reference("source", sources);
        var lines = FeesReader.Lines(place, Ids("payee", pack.Fees.Payees.Select(payee => payee.Id)));
        place.Done();
        return new($"own-{definition.Id}", definition.Name, [new(version, from, null, source, lines)]);
    }

    private static Form OwnForm(JsonElement schema, string service, IReadOnlyList<string> languages, out IReadOnlyList<FieldError> wrong)
    {
        // The form's checker tells places within the form alone.
        var place = new PackFolder("") { Languages = languages };
        var title = new FormSchema(place, "", schema, new Dictionary<string, JsonElement>()).Check(isForm: true);
        wrong = Errors(place, $"/{Form}");
        return new(service, title, schema.Clone(), JsonSerializer.Serialize(schema, Readable));
    }

    private static Form? Nothing(out IReadOnlyList<FieldError> wrong)
    {
        wrong = [];
        return null;
    }

    private static List<FieldError> Errors(PackFolder place, string within) =>
        [.. place.Findings.All().Select(error => new FieldError(within + error.Place, "definition", error.Message))];

    private static Known Ids(string what, IEnumerable<string> ids)
    {
        var known = new Known(what);
        foreach (var id in ids) known.Add(id, "");
        return known;
    }
}
