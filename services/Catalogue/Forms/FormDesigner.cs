using System.Text.Json;
using EServices.Contracts.Catalogue;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Forms;

/// <summary>
/// Lays a form out from its schema alone, always the same way: who applies first, then what is asked for with each follow-up question behind the one that brings it up,
/// the bank account, the papers, and the declaration last.
/// </summary>
internal sealed class FormDesigner
{
    private static readonly string[] Person = [Widgets.Date, Widgets.Phone, Widgets.Email, Widgets.Address];

    private readonly JsonElement root;
    private readonly FieldDrawing drawing;
    private readonly List<Entry> entries = [];

    private FormDesigner(JsonElement root, PackLanguage language) => (this.root, drawing) = (root, new FieldDrawing(root, language));

    public static FormLayout LayOut(JsonElement schema, IReadOnlyList<DocumentAsked> documents, PackLanguage language)
    {
        var designer = new FormDesigner(schema, language);
        designer.Walk(schema, [], 0);
        var title = new AskedField(schema, schema).Words("x-title", language.Tag) ?? "";
        return new FormLayout(title, language.Tag, language.Direction, [.. designer.Sections(documents)]);
    }

    private void Walk(JsonElement schema, IReadOnlyList<FormCondition> conditions, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > 32)
            return;
        if (schema.TryGetProperty("$ref", out _))
            Walk(AskedField.Target(root, schema), conditions, depth + 1);
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
                Ask(property.Name, property.Value, conditions);
        }
        foreach (var part in Parts(schema, "allOf"))
            Walk(part, conditions, depth + 1);
        foreach (var part in Parts(schema, "anyOf").Concat(Parts(schema, "oneOf")))
            Walk(part, [.. conditions, FormConditions.Matches(part)], depth + 1);
        if (schema.TryGetProperty("if", out var asked))
        {
            if (schema.TryGetProperty("then", out var then))
                Walk(then, [.. conditions, FormConditions.Of(asked)], depth + 1);
            if (schema.TryGetProperty("else", out var otherwise))
                Walk(otherwise, [.. conditions, FormConditions.Not(FormConditions.Of(asked))], depth + 1);
        }
        if (schema.TryGetProperty("dependentSchemas", out var dependent))
        {
            foreach (var member in dependent.EnumerateObject())
                Walk(member.Value, [.. conditions, FormConditions.Present(member.Name)], depth + 1);
        }
        if (schema.TryGetProperty("required", out var required))
            Require(required, conditions);
        if (schema.TryGetProperty("dependentRequired", out var whenGiven))
        {
            foreach (var member in whenGiven.EnumerateObject())
                Require(member.Value, [.. conditions, FormConditions.Present(member.Name)]);
        }
    }

    private void Ask(string name, JsonElement schema, IReadOnlyList<FormCondition> conditions)
    {
        if (!new AskedField(schema, root).Asks)
            return;
        var known = entries.Find(entry => entry.Name == name);
        if (known is null)
            entries.Add(known = new Entry(name, drawing.Of($"/{FormConditions.Escape(name)}", schema)) { Always = conditions.Count == 0 });
        else
            known.Always |= conditions.Count == 0;
        if (conditions.Count > 0)
            known.Visible.Add(FormConditions.All(conditions));
    }

    private void Require(JsonElement names, IReadOnlyList<FormCondition> conditions)
    {
        foreach (var name in names.EnumerateArray())
        {
            // A field may be required before the schema comes to ask for it: see Finished.
            var entry = entries.Find(entry => entry.Name == name.GetString());
            if (entry is null)
                entries.Add(entry = new Entry(name.GetString()!, null));
            if (conditions.Count == 0)
                entry.Required = true;
            else
                entry.RequiredWhen.Add(FormConditions.All(conditions));
        }
    }

    private IEnumerable<FormSection> Sections(IReadOnlyList<DocumentAsked> documents)
    {
        var fields = Ordered();
        var applicant = fields.TakeWhile(entry => IsOfPerson(entry)).ToHashSet();
        var sections = new (string Id, IEnumerable<FormField> Fields)[]
        {
            (LayoutWords.Applicant, fields.Where(applicant.Contains).Select(entry => entry.Finished)),
            (LayoutWords.Request, fields.Where(entry => !applicant.Contains(entry) && entry.Field!.Widget is not (Widgets.BankAccount or Widgets.Declaration)).Select(entry => entry.Finished)),
            (LayoutWords.Bank, fields.Where(entry => entry.Field!.Widget == Widgets.BankAccount).Select(entry => entry.Finished)),
            (LayoutWords.Documents, documents.Select(FileOf)),
            (LayoutWords.Declaration, fields.Where(entry => entry.Field!.Widget == Widgets.Declaration).Select(entry => entry.Finished)),
        };
        return sections.Select(section => new FormSection(section.Id, LayoutWords.TitleOf(section.Id, drawing.Language), [.. section.Fields])).Where(section => section.Fields.Count > 0);
    }

    /// <summary>Each follow-up question behind the last of those that bring it up, and behind earlier follow-ups of the same.</summary>
    private List<Entry> Ordered()
    {
        var asked = entries.Where(entry => entry.Field is not null).ToList();
        var ordered = asked.Where(entry => entry.Always).ToList();
        var waiting = asked.Where(entry => !entry.Always).ToList();
        while (waiting.Count > 0)
        {
            var next = waiting.Find(entry => !waiting.Exists(other => other != entry && entry.DependsOn(other))) ?? waiting[0];
            waiting.Remove(next);
            var place = ordered.FindLastIndex(next.DependsOn);
            while (place >= 0 && place + 1 < ordered.Count && !ordered[place + 1].Always)
                place++;
            ordered.Insert(place < 0 ? ordered.Count : place + 1, next);
        }
        return ordered;
    }

    private static bool IsOfPerson(Entry entry) =>
        entry.Always && (Array.IndexOf(Person, entry.Field!.Widget) >= 0 || entry.Name is "gender" or "applicantName" or "parentName" || entry.Name.EndsWith("Name", StringComparison.Ordinal));

    private FormField FileOf(DocumentAsked asked) => new($"/documents/{FormConditions.Escape(asked.DocumentId)}", Widgets.File, asked.Name.In(drawing.Language))
    {
        Required = asked.Mandatory,
        MaxItems = 1,
        Accept = ["application/pdf", "image/jpeg", "image/png"],
        Choices = asked.Alternatives.Count == 0
            ? null
            : [new FormChoice(JsonSerializer.SerializeToElement(asked.DocumentId), asked.Name.In(drawing.Language)), .. asked.Alternatives.Select(other => new FormChoice(JsonSerializer.SerializeToElement(other.DocumentId), other.Name.In(drawing.Language)))],
        Help = asked.Alternatives.Count == 0 ? null : LayoutWords.OneOf(drawing.Language),
    };

    private static IEnumerable<JsonElement> Parts(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private sealed class Entry(string name, FormField? field)
    {
        public string Name => name;

        /// <summary>Null for a name that is required and never asked for.</summary>
        public FormField? Field { get; } = field;

        public bool Always { get; set; }

        public bool Required { get; set; }

        public List<FormCondition> Visible { get; } = [];

        public List<FormCondition> RequiredWhen { get; } = [];

        /// <summary>Required whenever it is shown is simply required.</summary>
        public FormField Finished => Field! with
        {
            VisibleWhen = Always ? null : Visible,
            Required = Required || (!Always && Visible.TrueForAll(shown => RequiredWhen.Exists(asked => Same(asked, shown)))),
            RequiredWhen = Required || RequiredWhen.Count == 0 || (!Always && Visible.TrueForAll(shown => RequiredWhen.Exists(asked => Same(asked, shown)))) ? null : RequiredWhen,
        };

        public bool DependsOn(Entry other) => Visible.SelectMany(FormConditions.FieldsOf).Contains($"/{FormConditions.Escape(other.Name)}");

        private static bool Same(FormCondition one, FormCondition other) => JsonSerializer.Serialize(one) == JsonSerializer.Serialize(other);
    }
}
