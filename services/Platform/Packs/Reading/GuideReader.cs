namespace EServices.Platform.Packs.Reading;

internal static class GuideReader
{
    public const string File = "guide.json";

    /// <summary>A thousand crores: an income beyond it is paise written as rupees twice over.</summary>
    private const long HighestPaise = 1_000_000_000_000;

    public static PackGuide Read(PackFolder pack, Known eligibilities, Known sources, Known districts)
    {
        if (!System.IO.File.Exists(pack.PathOf(File))) return PackGuide.None;
        if (JsonPlace.Root(pack, File) is not { } root)
        {
            eligibilities.Unreadable = true;
            return PackGuide.None;
        }

        var (categories, occupations, conditions) = (new Known("category"), new Known("occupation"), new Known("condition"));
        var guide = new PackGuide(
            List(root, "categories", item => new Named(item.Id(categories), item.Words("name")), named => named.Id),
            List(root, "occupations", item => new Named(item.Id(occupations), item.Words("name")), named => named.Id),
            List(root, "conditions", item => new Condition(item.Id(conditions), item.Words("question")), condition => condition.Id),
            List(root, "eligibilities", item => Eligibility(item, eligibilities, categories, occupations, conditions, sources, districts), eligibility => eligibility.Id));
        root.Done();
        return guide;
    }

    private static Eligibility Eligibility(JsonPlace item, Known ids, Known categories, Known occupations, Known conditions, Known sources, Known districts)
    {
        var eligibility = new Eligibility
        {
            Id = item.Id(ids),
            MinAge = (int?)item.OptionalNumber("minAge", 0, 120),
            MaxAge = (int?)item.OptionalNumber("maxAge", 0, 120),
            Genders = item.Has("genders") ? item.ChoicesOf<Gender>("genders") : [],
            Categories = item.References("categories", categories, required: false),
            Occupations = item.References("occupations", occupations, required: false),
            Conditions = item.References("conditions", conditions, required: false),
            MaxYearlyIncomePaise = item.OptionalNumber("maxYearlyIncomePaise", 0, HighestPaise),
            Districts = item.References("districts", districts, required: false),
            Resident = item.Flag("resident", otherwise: false),
            Source = item.Reference("source", sources),
        };
        if (eligibility.MaxAge < eligibility.MinAge) item.Wrong("maxAge", "The greatest age is below the least: nobody could apply.");
        foreach (var list in (string[])["genders", "categories", "occupations", "conditions", "districts"])
            if (item.IsEmptyList(list)) item.Wrong(list, "An empty list is no rule; leave it out.");
        return eligibility;
    }

    private static PackList<T> List<T>(JsonPlace root, string property, Func<JsonPlace, T> read, Func<T, string> id)
    {
        var list = new List<T>();
        foreach (var item in root.Items(property))
        {
            list.Add(read(item));
            item.Done();
        }

        // What is there twice has been told; of two the first is as good as the other.
        return new(list.DistinctBy(id), id);
    }
}
