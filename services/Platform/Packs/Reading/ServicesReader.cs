using EServices.Contracts;

namespace EServices.Platform.Packs.Reading;

internal sealed record ServiceReferences(Known Departments, Known Documents, Known Forms, Known Fees, Known Designations, Known Sources, Known Skills);

internal static class ServicesReader
{
    public static IReadOnlyList<ServiceDefinition> Read(PackFolder pack, ServiceReferences known)
    {
        var ids = new Known("service");
        var services = new List<ServiceDefinition>();
        foreach (var file in pack.Files("services", ".json"))
        {
            if (JsonPlace.Root(pack, file) is not { } root) continue;

            // One file holds one department's services, so that a department can keep its own.
            var department = root.Reference("department", known.Departments);
            foreach (var item in root.Items("services"))
            {
                services.Add(Service(item, department, ids, known));
                item.Done();
            }

            root.Done();
        }

        if (services.Count == 0 && pack.Findings.Count == 0) pack.Findings.AtFile("services/", "The pack has no services.");
        return services;
    }

    private static ServiceDefinition Service(JsonPlace item, string department, Known ids, ServiceReferences known)
    {
        var channels = item.ChoicesOf<Channel>("channels");
        if (channels.Count == 0 && item.Has("channels")) item.Wrong("channels", "A service has at least one channel.");
        var doorstep = item.Object("doorstep", required: false) is { } needs ? Doorstep(needs, known.Skills) : null;
        if (doorstep is null && channels.Contains(Channel.Doorstep)) item.Wrong("doorstep", "A service at the doorstep says how long a visit takes and which skills it needs.");
        if (doorstep is not null && !channels.Contains(Channel.Doorstep)) item.Wrong("doorstep", "The service has no doorstep channel, so it needs no visit.");
        var service = new ServiceDefinition
        {
            Id = item.Id(ids),
            Department = department,
            Family = item.Matching("family", PackFolder.Id(), "a family: small letters, digits and single hyphens"),
            Status = item.Choice<ServiceStatus>("status", ServiceStatus.Launched),
            Batch = item.Text("batch"),
            Name = item.Words("name"),
            Description = item.Words("description"),
            WhoMayApply = item.Words("whoMayApply"),
            Tags = item.Texts("tags"),
            Channels = channels,
            Documents = Documents(item, known.Documents),
            Form = item.Reference("form", known.Forms),
            FeeRule = item.Reference("feeRule", known.Fees),
            TimeLimitDays = (int)item.Number("timeLimitDays", 1, 1000),
            Officers = item.Object("officers") is { } officers ? Officers(officers, known.Designations) : new("", "", ""),
            ValidityMonths = (int?)item.OptionalNumber("validityMonths", 1, 1200),
            Output = item.Object("output") is { } output ? Output(output) : new("", JsonPlace.Nothing),
            Doorstep = doorstep,
            Sources = item.Object("sources") is { } sources ? Sources(sources, known.Sources) : new("", "", ""),
            WordsMadeBy = item.Text("wordsMadeBy"),
        };
        if (service.WordsMadeBy is not ("machine" or "person" or "notified" or "")) item.Wrong("wordsMadeBy", "\"wordsMadeBy\" is machine, person or notified.");
        if (service.Tags.Count != service.Tags.Distinct(StringComparer.OrdinalIgnoreCase).Count()) item.Wrong("tags", "A tag is there twice.");
        return service;
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

    private static ServiceOutput Output(JsonPlace place)
    {
        var output = new ServiceOutput(place.Matching("kind", PackFolder.Id(), "a kind: small letters, digits and single hyphens"), place.Words("name"));
        place.Done();
        return output;
    }

    private static ServiceSources Sources(JsonPlace place, Known sources)
    {
        var figures = new ServiceSources(place.Reference("timeLimit", sources), place.Reference("officers", sources), place.Reference("documents", sources));
        place.Done();
        return figures;
    }
}
