using EServices.Contracts;

namespace EServices.Platform.Packs.Reading;

internal sealed record ServiceReferences(Known Departments, Known Documents, Known Forms, Known Fees, Known Designations, Known Sources, Known Skills, Known Eligibilities);

internal static class ServicesReader
{
    private const string FamilyExpected = "a family: small letters, digits and single hyphens";

    public static IReadOnlyList<ServiceDefinition> Read(PackFolder pack, ServiceReferences known)
    {
        var ids = new Known("service");
        var variantIds = new Known("variant");
        var variants = VariantsReader.Read(pack, variantIds);
        var used = new HashSet<string>(StringComparer.Ordinal);
        var services = new List<ServiceDefinition>();
        foreach (var file in pack.Files("services", ".json"))
        {
            if (JsonPlace.Root(pack, file) is not { } root) continue;

            // One file holds one department's services, so that a department can keep its own.
            var department = root.Reference("department", known.Departments);
            foreach (var item in root.Items("services", required: !root.Has("families")))
            {
                services.Add(Service(item, department, item.Matching("family", PackFolder.Id(), FamilyExpected), OwnWords(item, ids), known));
                item.Done();
            }

            var shared = root.Object("shared", required: false);
            foreach (var family in root.Items("families", required: false))
                services.AddRange(Family(pack, family, shared, department, ids, variantIds, variants, used, known));
            shared?.Done();
            root.Done();
        }

        // What nothing was read from can't say which of its properties are misspelt: a variant may wait for its first service.
        foreach (var variant in variants.Values.Where(variant => used.Contains(variant.Id))) variant.Shared?.Done();
        if (services.Count == 0 && pack.Findings.Count == 0) pack.Findings.AtFile("services/", "The pack has no services.");
        return services;
    }

    /// <summary>A service that stands alone, outside any file of a pack: it says its department and family itself, and may have a form and a fee of its own under these names.</summary>
    public static ServiceDefinition One(JsonPlace item, ServiceReferences known, string ownForm, string ownFee) => Service(
        item, item.Reference("department", known.Departments), item.Matching("family", PackFolder.Id(), FamilyExpected), OwnWords(item, new Known("service")), known, ownForm, ownFee);

    /// <summary>
    /// A family says once what its services share; a service says the rest, or otherwise; each variant of it is a service of its own, worded by the variant. What
    /// is said nearer to the service counts: the family's word on a variant, the variant, the service, the family, the file.
    /// </summary>
    private static List<ServiceDefinition> Family(
        PackFolder pack, JsonPlace family, JsonPlace? sharedByFile, string department, Known ids, Known variantIds, IReadOnlyDictionary<string, Variant> variants, HashSet<string> used,
        ServiceReferences known)
    {
        var services = new List<ServiceDefinition>();
        var name = family.Matching("family", PackFolder.Id(), FamilyExpected);
        var own = family.Object("shared", required: false);
        var shared = own?.Over(sharedByFile) ?? sharedByFile;
        var onVariants = new Dictionary<string, JsonPlace>(StringComparer.Ordinal);
        if (family.Object("variants", required: false) is { } overrides)
        {
            foreach (var (variant, _) in overrides.Properties())
            {
                if (!variantIds.Has(variant)) overrides.Wrong(variant, variantIds.Unknown(variant));
                if (overrides.Object(variant) is { } fields) onVariants[variant] = fields;
            }
        }

        var places = new List<JsonPlace>();
        var listed = new HashSet<string>(StringComparer.Ordinal);
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in family.Items("services"))
        {
            var place = item.Over(shared);
            places.Add(item);
            var before = pack.Findings.Count;
            var asked = item.References("variants", variantIds, required: false);
            listed.UnionWith(asked);
            var words = OwnWords(item, ids);
            var thing = Thing(pack, item, words.Name);
            services.Add(Service(place, department, name, words, known));

            // What is wrong with the service is wrong with each of its variants: it is told once.
            if (pack.Findings.Count > before) continue;
            foreach (var variant in asked.Select(id => variants.GetValueOrDefault(id)).OfType<Variant>())
            {
                var layers = variant.Shared is { } always ? always.Over(place) : place;
                if (onVariants.TryGetValue(variant.Id, out var here)) layers = here.Over(layers);
                read.Add(variant.Id);
                var id = $"{words.Id}-{variant.Id}";
                if (ids.Add(id, $"{item.File} {item.Pointer}") is { } first) item.Wrong("variants", $"The service \"{id}\" is there twice; first at {first}.");
                services.Add(Service(
                    layers, department, name,
                    new(id, Variant.Of(variant.Name, thing), Variant.Of(variant.Description, thing), [.. words.Tags.Concat(variant.Tags).Distinct(StringComparer.OrdinalIgnoreCase)]),
                    known));
            }
        }

        foreach (var same in services.SelectMany(service => service.Name.Texts.Select(text => (text.Key, text.Value, service.Id))).GroupBy(text => (text.Key, text.Value)).Where(same => same.Count() > 1))
            family.Wrong("services", $"{string.Join(" and ", same.Select(text => text.Id))} have the same name in \"{same.Key.Key}\": nobody could tell them apart.");

        foreach (var place in places) place.Done();
        used.UnionWith(read);
        foreach (var (variant, place) in onVariants)
        {
            // Where no service of it could be read, what else is wrong has been told.
            if (read.Contains(variant)) place.Done();
            else if (variantIds.Has(variant) && !listed.Contains(variant)) place.Wrong($"No service of the family has the variant \"{variant}\".");
        }

        if (places.Count > 0) own?.Done();
        family.Done();
        return services;
    }

    private static ServiceWords OwnWords(JsonPlace item, Known ids) => new(item.Id(ids), item.Words("name"), item.Words("description"), item.Texts("tags"));

    /// <summary>How the service's outcome is called within a sentence, by language; its name where that does.</summary>
    private static Dictionary<string, string> Thing(PackFolder pack, JsonPlace item, Localised name)
    {
        var thing = name.Texts.ToDictionary();
        if (item.Object("thing", required: false) is not { } within) return thing;
        foreach (var (language, _) in within.Properties())
        {
            if (!pack.Languages.Contains(language)) within.Wrong(language, $"\"{language}\" is not a language of this pack.");
            else thing[language] = within.Text(language);
        }

        return thing;
    }

    private static ServiceDefinition Service(JsonPlace item, string department, string family, ServiceWords words, ServiceReferences known, string? ownForm = null, string? ownFee = null)
    {
        var channels = item.ChoicesOf<Channel>("channels");
        if (channels.Count == 0 && item.Has("channels")) item.Wrong("channels", "A service has at least one channel.");
        var doorstep = item.Object("doorstep", required: false) is { } needs ? Doorstep(needs, known.Skills) : null;
        if (doorstep is null && channels.Contains(Channel.Doorstep)) item.Wrong("doorstep", "A service at the doorstep says how long a visit takes and which skills it needs.");
        if (doorstep is not null && !channels.Contains(Channel.Doorstep)) item.Wrong("doorstep", "The service has no doorstep channel, so it needs no visit.");
        var service = new ServiceDefinition
        {
            Id = words.Id,
            Department = department,
            Family = family,
            Status = item.Choice<ServiceStatus>("status", ServiceStatus.Launched),
            Batch = item.Text("batch"),
            Name = words.Name,
            Description = words.Description,
            WhoMayApply = item.Words("whoMayApply"),
            Tags = words.Tags,
            Channels = channels,
            Documents = Documents(item, known.Documents),
            Form = SharedOrOwn(item, "form", ownForm, known.Forms),
            FeeRule = SharedOrOwn(item, "feeRule", ownFee, known.Fees),
            TimeLimitDays = (int)item.Number("timeLimitDays", 1, 1000),
            Officers = item.Object("officers") is { } officers ? Officers(officers, known.Designations) : new("", "", ""),
            ValidityMonths = (int?)item.OptionalNumber("validityMonths", 1, 1200),
            Output = item.Object("output") is { } output ? Output(output, words.Name) : new("", JsonPlace.Nothing),
            Doorstep = doorstep,
            Sources = item.Object("sources") is { } sources ? Sources(sources, known.Sources) : new("", "", ""),
            WordsMadeBy = item.Text("wordsMadeBy"),
            Eligibility = item.OptionalReference("eligibility", known.Eligibilities),
        };
        if (service.WordsMadeBy is not ("machine" or "person" or "notified" or "")) item.Wrong("wordsMadeBy", "\"wordsMadeBy\" is machine, person or notified.");
        if (service.Tags.Count != service.Tags.Distinct(StringComparer.OrdinalIgnoreCase).Count()) item.Wrong("tags", "A tag is there twice.");
        return service;
    }

    /// <summary>The id of what is shared; empty where the service brings its own.</summary>
    private static string SharedOrOwn(JsonPlace item, string property, string? own, Known known)
    {
        if (own is null || !item.Has(own)) return item.Reference(property, known);
        if (item.Has(property)) item.Wrong(property, $"\"{property}\" and \"{own}\" are both there; it is one of them.");
        return "";
    }

    private static List<RequiredDocument> Documents(JsonPlace service, Known documents)
    {
        var asked = new List<RequiredDocument>();
        foreach (var item in service.Items("documents"))
        {
            var document = new RequiredDocument(item.Reference("document", documents), item.Flag("mandatory"), item.References("alternatives", documents, required: false));
            if (document.Alternatives.Contains(document.Document)) item.Wrong("alternatives", $"\"{document.Document}\" is an alternative to itself.");
            if (asked.Any(other => other.Document == document.Document)) item.Wrong("document", $"\"{document.Document}\" is asked for twice.");
            item.Done();
            asked.Add(document);
        }

        return asked;
    }

    private static DoorstepNeeds Doorstep(JsonPlace place, Known skills)
    {
        var needs = new DoorstepNeeds((int)place.Number("minutes", 5, 480), place.References("skills", skills));
        place.Done();
        return needs;
    }

    private static ServiceOfficers Officers(JsonPlace place, Known designations)
    {
        var officers = new ServiceOfficers(
            place.Reference("designated", designations), place.Reference("firstAppellate", designations), place.Reference("secondAppellate", designations));

        // Nobody hears an appeal against their own decision.
        var all = new[] { officers.Designated, officers.FirstAppellate, officers.SecondAppellate };
        if (all.All(id => id.Length > 0) && all.Distinct().Count() < 3) place.Wrong("Designated officer, first and second appellate authority must be three offices.");
        place.Done();
        return officers;
    }

    /// <summary>What one gets is called as the service is, unless it says otherwise.</summary>
    private static ServiceOutput Output(JsonPlace place, Localised service)
    {
        var output = new ServiceOutput(place.Matching("kind", PackFolder.Id(), "a kind: small letters, digits and single hyphens"), place.Has("name") ? place.Words("name") : service);
        place.Done();
        return output;
    }

    private static ServiceSources Sources(JsonPlace place, Known sources)
    {
        var figures = new ServiceSources(place.Reference("timeLimit", sources), place.Reference("officers", sources), place.Reference("documents", sources));
        place.Done();
        return figures;
    }

    private sealed record ServiceWords(string Id, Localised Name, Localised Description, IReadOnlyList<string> Tags);
}
